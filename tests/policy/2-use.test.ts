import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Publisher } from './scheduled.ts';

/** In time for an edit and a cancel on a busy machine; what is canceled would be the first to go out. */
const [firstMs, laterMs] = [25_000, 26_000];
let stack: Stack;
let publisher: Publisher;

beforeAll(async () => {
  stack = await startStack();
  publisher = await Publisher.connect(stack);
});
afterAll(() => stack?.stop());

test('2.1 one post goes to the Page and to the Instagram account at its moment, to each once and in its own words', async () => {
  const { page, instagram } = publisher;
  const media = [{ id: (await publisher.photo()).id, altText: 'A loaf' }];
  const words = (what: string) => `${what} ${crypto.randomUUID()}`;
  const [shared, own, changed] = [words('For the Page'), words('For Instagram'), words('For Instagram after all')];
  const targets = [
    { account: page.id, kind: 'feed' },
    { account: instagram.id, kind: 'feed', text: own },
  ];
  const canceled = await publisher.schedule(firstMs, { text: words('Canceled'), media, targets });
  const post = await publisher.schedule(laterMs, { text: shared, media, targets });
  const edit = { targets: [{ id: post.targets.find(({ account }) => account === instagram.id)?.id, text: changed }] };
  expect((await stack.member.patch(`/v1/posts/${post.id}`, edit)).status).toBe(200);
  expect((await stack.member.delete(`/v1/posts/${canceled.id}`)).status).toBe(200);

  const { publishAt } = await publisher.become(post, 'published');
  await publisher.become(canceled, 'canceled');
  for (const [account, text] of [
    [page, shared],
    [instagram, changed],
  ] as const) {
    const seen = await publisher.seenOn(account);
    expect(seen).toMatchObject([{ text, altTexts: ['A loaf'], times: 1 }]);
    expect(seen[0]?.atMs).toBeGreaterThanOrEqual(Date.parse(publishAt));
  }
});
