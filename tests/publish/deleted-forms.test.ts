import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled } from './accounts.ts';
import type { Target } from './page.ts';
import { Rows } from './rows.ts';

let stack: Stack;
let rows: Rows;
let temporal: Client;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  rows = await Rows.open(stack);
  const { address, namespace } = stack.temporal;
  temporal = new Client({ connection: await Connection.connect({ address }), namespace });
});
afterAll(async () => {
  await rows?.close();
  await temporal?.connection.close();
  await stack?.stop();
});

/** Asks as the row is asked, and tells the workflow until it has come to an end: it may be busy with what it was told before. */
async function askToDelete(account: Account, post: Scheduled): Promise<Target> {
  const { id } = post.targets[0];
  await eventually(async () => (await account.page.target(post)).permalink, { what: 'the address' });
  await rows.delete(id);
  return eventually(
    async () => {
      await nudge(temporal, publishId(rows.tenant, id));
      const target = await account.page.target(post);
      if (target.state !== 'deleting') return target;
      throw new Error('it is still deleting');
    },
    { what: 'the deletion to be over', everyMs: 1_000 },
  );
}

test.concurrent.each([
  ['reel', 'upright'],
  ['feed', 'wide'],
] as const)('a video in the %s of a Page is gone at Meta when it is deleted', async (kind, shape) => {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule(kind, [await account.film(shape)]);
  await account.published(post);
  expect((await askToDelete(account, post)).state).toBe('deleted');
  const { posts } = await account.truth();
  expect(posts).toHaveLength(1);
  expect(posts[0]?.deletedAt).not.toBeNull();
});

test.concurrent('a story of a Page stays, since Meta has no call for it', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule('story', [await account.photo()]);
  await account.published(post);
  expect(await askToDelete(account, post)).toMatchObject({
    state: 'published',
    reason: expect.stringMatching(/stays published.*Delete it by hand/),
  });
});

test.concurrent('on Instagram a post stays without the permission to delete, and that is said', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.schedule('feed', [await account.photo()]);
  await account.published(post);
  expect(await askToDelete(account, post)).toMatchObject({
    state: 'published',
    reason: expect.stringMatching(/stays published.*Connect again with every permission/),
  });
  expect((await account.truth()).media).toMatchObject([{ isPublished: true }]);
});

test.concurrent('a reel on Instagram that Meta does not delete stays, and that is said', async () => {
  const account = await Account.open(stack, 'instagram');
  await account.fault({ call: 'deleteMedia', then: 'refuse', code: -1, subcode: 2207073, times: 'always' });
  const post = await account.schedule('reel', [await account.film()]);
  await account.published(post);
  expect(await askToDelete(account, post)).toMatchObject({
    state: 'published',
    reason: expect.stringMatching(/stays published.*does not delete this kind of media/),
  });
});
