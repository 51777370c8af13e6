import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled } from './accounts.ts';

/** Ready long before, so that there is time to change one's mind. */
const dueInMs = 600_000;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

const isPrepared = (account: Account, post: Scheduled, step: 'upload' | 'container', times = 1) =>
  eventually(async () => (await account.page.steps(post, step)).filter((said) => said === 'done').length >= times, {
    what: `${times} of ${step} to be ready`,
  });

const edit = async ({ id }: Scheduled, text: string) => {
  const { status } = await stack.member.patch(`/v1/posts/${id}`, { text });
  expect(status).toBe(200);
};
const publishNow = async ({ id }: Scheduled) => {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const { status } = await stack.member.post(`/v1/posts/${id}/publish`, {}, headers);
  expect(status).toBeLessThan(300);
};

test.concurrent.each([
  ['reel', 'upright'],
  ['feed', 'wide'],
] as const)('other words for a %s of a Page need no other upload, and are those that appear', async (kind, shape) => {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule(kind, [await account.film(shape)], { dueInMs });
  await isPrepared(account, post, 'upload');
  await edit(post, 'Better words');
  await publishNow(post);
  await account.published(post);
  const { videos, posts } = await account.truth();
  expect(videos).toHaveLength(1);
  expect(posts).toMatchObject([{ message: 'Better words', publications: 1 }]);
});

test.concurrent('other words for Instagram need another container, and the old one is never published', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.schedule('feed', [await account.photo()], { dueInMs });
  await isPrepared(account, post, 'container');
  await edit(post, 'Better words');
  await isPrepared(account, post, 'container', 2);
  await publishNow(post);
  await account.published(post);
  const { containers, media } = await account.truth();
  expect(containers.map(({ caption, publications }) => ({ caption, publications }))).toEqual([
    { caption: post.text, publications: 0 },
    { caption: 'Better words', publications: 1 },
  ]);
  expect(media).toMatchObject([{ caption: 'Better words' }]);
});

test.concurrent('other words for a carousel are those that appear', async () => {
  const account = await Account.open(stack, 'instagram');
  const files = [await account.photo(), await account.film()];
  const post = await account.schedule('feed', files, { dueInMs });
  await isPrepared(account, post, 'container', 2);
  await edit(post, 'Better words');
  await publishNow(post);
  await account.published(post);
  const { media } = await account.truth();
  expect(media).toMatchObject([{ caption: 'Better words' }]);
});

test.concurrent.each([
  { on: 'facebook', kind: 'reel', step: 'upload' },
  { on: 'facebook', kind: 'story', step: 'upload' },
  { on: 'instagram', kind: 'reel', step: 'container' },
] as const)('a $kind on $on that is canceled once it is prepared is never published', async (way) => {
  const account = await Account.open(stack, way.on);
  const post = await account.schedule(way.kind, [await account.film()], { dueInMs: 60_000 });
  await isPrepared(account, post, way.step);
  const { status } = await stack.member.delete(`/v1/posts/${post.id}`);
  expect(status).toBeLessThan(300);
  await account.page.becomes(post, 'canceled');
  // Its instant is past when one that was scheduled for the same has been published.
  const after = { publishAt: post.publishAt };
  const other = await account.schedule(way.kind, [await account.film()], after);
  await account.published(other, 150_000);
  const { videos, containers } = await account.truth();
  const calls = [...videos.map((one) => one.finishCalls), ...containers.map((one) => one.publishCalls)];
  expect(calls.toSorted()).toEqual([0, 1]);
  expect(await account.publications()).toBe(1);
});
