import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { picture } from '../../deploy/local/demo/picture.ts';
import { asWorker } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let account: Page;
beforeAll(async () => {
  stack = await startStack();
  account = await Page.connect(stack, undefined, 'instagram');
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

let seed = 0;
const photo = async () => [{ id: await account.uploadFile(picture(seed++, 800, 800)) }];
const publish = async () => account.becomes(await account.schedule({ media: await photo() }), 'published', withinMs);

const quota = async () => {
  const read = await asWorker(stack, (db) =>
    db.selectFrom('accounts').select('publishing_quota').where('id', '=', account.account).execute(),
  );
  return read.flat()[0]?.publishing_quota;
};
const longAgo = () =>
  asWorker(stack, (db) =>
    db
      .updateTable('accounts')
      .set({ publishing_quota_read_at: new Date(0) })
      .execute(),
  );

test('what Instagram takes of an account in a day is asked before something is prepared, and counts for what is scheduled', async () => {
  await stack.simulator.switches({ publishingQuota: 2 });
  await publish();
  expect(await quota()).toBe(2);
  const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
  const next = async () => {
    const post = { media: await photo(), publishAt: inTwoHours, targets: [{ account: account.account, kind: 'feed' }] };
    const { body } = await stack.member.post<{ notes: { detail: string }[] }>('/v1/posts', { text: 'x', ...post });
    return body.notes.map(({ detail }) => detail).filter((detail) => detail.includes('in 24 hours'));
  };
  expect(await next()).toEqual([]);
  expect(await next()).toEqual([expect.stringContaining('Meta takes 2 posts')]);
});

test('where Instagram does not say, what it said before stands, and the post goes out', async () => {
  await stack.simulator.switches({ publishingQuota: 9 });
  await longAgo();
  await publish();
  expect(await quota()).toBe(9);
  await stack.simulator.fault({ call: 'contentPublishingLimit', then: 'resetBefore', times: 'always' });
  await longAgo();
  await publish();
  expect(await quota()).toBe(9);
});
