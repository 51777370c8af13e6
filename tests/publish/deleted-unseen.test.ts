import { afterAll, beforeAll, expect, test } from 'vitest';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { deletionOver } from './deletions.ts';

/** What Meta does not have any more, on Pages that list nothing at all. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

async function publish(account: Account): Promise<Scheduled> {
  const post = await account.schedule('feed', []);
  await account.published(post);
  return post;
}

const remove = async ({ id }: Scheduled) => expect((await stack.member.delete(`/v1/posts/${id}`)).status).toBe(200);

test.concurrent('the only post of a Page is known to be gone, though Meta lists nothing then', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  await account.fault({ call: 'deletePost', then: 'dropAnswer' });
  await remove(post);
  await account.page.becomes(post, 'deleted');
  const steps = await account.page.steps(post, 'delete');
  expect([steps[0], steps.at(-1)]).toEqual(['unknown', 'done']);
});

test.concurrent('a Page that lists nothing, though another post is there, says nothing of what it does not show', async () => {
  const account = await Account.open(stack, 'facebook');
  const [other, post] = [await publish(account), await publish(account)];
  // As far as anybody here knows the other one is there.
  for (const { id } of (await account.truth()).posts) await simulate(stack, `/sim/posts/${id}`, undefined, 'DELETE');
  await remove(post);
  const { reason } = await deletionOver(account.page, post);
  expect(reason).toContain('nobody here can tell');
  expect((await account.page.target(other)).state).toBe('published');
});

test.concurrent('what Meta does not show so soon after it went out is not taken for gone yet', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  const [{ id } = { id: '' }] = (await account.truth()).posts;
  await simulate(stack, `/sim/posts/${id}`, undefined, 'DELETE');
  // However long it takes until it is asked: it went out a moment ago.
  const soon = { published_at: new Date(Date.now() + 3_600_000) };
  await asWorker(stack, (db) => db.updateTable('targets').set(soon).where('id', '=', post.targets[0].id).execute());
  await remove(post);
  const steps = () => account.page.steps(post, 'delete');
  await eventually(async () => (await steps()).some((said) => said !== 'open'), { what: 'the deletion to be tried' });
  expect(await steps()).toEqual(['unknown']);
  expect((await account.page.target(post)).state).toBe('deleting');
});
