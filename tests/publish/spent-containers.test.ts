import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, simulate } from './accounts.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

const spoils = [
  { word: 'fail', status: 'ERROR', kind: 'an image' },
  { word: 'expire', status: 'EXPIRED', kind: 'an image' },
  { word: 'expire', status: 'EXPIRED', kind: 'a carousel' },
];

test.concurrent.each(spoils)(
  '$kind whose container turns to $status once it was ready is prepared again, and published once',
  async ({ word, kind }) => {
    const account = await Account.open(stack, 'instagram');
    const files = kind === 'a carousel' ? [await account.photo(), await account.photo()] : [await account.photo()];
    const post = await account.page.parked({ media: files.map((id) => ({ id })), dueInMs: 30_000 });
    const before = (await account.truth()).containers;
    for (const { id } of before) await simulate(stack, `/sim/containers/${id}/${word}`, {});
    await account.published(post, 240_000);
    const { containers, media } = await account.truth();
    expect(containers).toHaveLength(2 * before.length);
    expect(media).toHaveLength(1);
    expect(before.map(({ id }) => id)).not.toContain(media[0]?.container);
    expect(containers.map(({ publishCalls }) => publishCalls).filter((calls) => calls > 0)).toEqual([1, 1]);
    expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'done']);
  },
);
