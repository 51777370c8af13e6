import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';

/** Refusals of which it is suspected that what is refused may go live all the same. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

test.concurrent.each([
  { platform: 'facebook', call: 'publish', refusal: { code: 368 }, words: 'Facebook has blocked this action' },
  { platform: 'instagram', call: 'publishContainer', refusal: { code: 25, subcode: 2207050 }, words: 'is restricted' },
] as const)(
  'on $platform what Meta refuses for good ($refusal.code) is looked for, called no more, and fails with the reason; the next post goes out',
  async ({ platform, call, refusal, words }) => {
    const account = await Account.open(stack, platform);
    const media = () => (platform === 'instagram' ? account.photo().then((id) => [id]) : []);
    await account.fault({ call, then: 'refuse', ...refusal });
    const post = await account.schedule('feed', await media());
    const { reason, choices } = await account.page.becomes(post, 'failed');
    expect(reason).toContain(words);
    expect(reason).toContain('look at the account before you try again');
    expect(choices).toEqual(['retry', 'cancel']);
    expect(await account.page.steps(post, 'commit')).toEqual(['refused']);
    expect(await account.publications()).toBe(0);
    await account.published(await account.schedule('feed', await media()));
    const { status } = await stack.member.post(`/v1/targets/${post.targets[0].id}/resolve`, { choice: 'retry' });
    expect(status).toBe(200);
    await account.published(post);
    expect(await account.publications()).toBe(2);
  },
);

test.concurrent('what is refused for good after an answer was lost is looked for from then on', async () => {
  const account = await Account.open(stack, 'facebook');
  await account.fault({ call: 'publish', then: 'resetBefore' });
  await account.fault({ call: 'publish', then: 'refuse', code: 1404078, times: 'always' });
  const post = await account.schedule('feed', []);
  expect((await account.page.becomes(post, 'failed')).reason).toContain('publishing authorization');
  expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'refused']);
});
