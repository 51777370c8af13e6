import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopesToAsk } from '../../meta/permissions.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { askedOfMeta } from './asked-of-meta.ts';
import { type Post, Publisher } from './scheduled.ts';

let stack: Stack;
let granted: Publisher;

beforeAll(async () => {
  stack = await startStack({ env: { LOG_LEVEL: 'debug' } });
  granted = await Publisher.connect(stack);
});
afterAll(() => stack?.stop());

const promises = [
  { promise: '1.1.4', permission: 'pages_manage_posts', on: 'page', what: 'a Page' },
  { promise: '1.1.8', permission: 'instagram_content_publish', on: 'instagram', what: 'Instagram' },
] as const;

/** What is canceled would be the first to go out. */
const [firstMs, laterMs] = [45_000, 46_000];
/** In time for an edit and a cancel on a busy machine. */
const leftMs = 12_000;

describe.concurrent.each(promises)('$promise on $what', ({ promise, permission, on }) => {
  const onIt = (publisher: Publisher) => ({ account: publisher[on].id, kind: 'feed' });
  const text = (what: string) => `${promise} ${what} ${crypto.randomUUID()}\nwith a line more`;

  /** Posts of somebody who has no others on it. What is to be changed lies at Meta unseen, and has to be replaced there. */
  async function prepared(publisher: Publisher, tries = 3) {
    const photos = await Promise.all([publisher.photo(), publisher.photo(), publisher.photo()]);
    const schedule = (dueInMs: number, written: string, n: number) => {
      const media = [{ id: photos[n]?.id, altText: `A door ${n}` }];
      return publisher.schedule(dueInMs, { text: written, media, targets: [onIt(publisher)] });
    };
    const kept = text('kept');
    const posts = {
      toCancel: await schedule(firstMs, text('canceled'), 0),
      toKeep: await schedule(laterMs, kept, 1),
      toEdit: await schedule(laterMs, text('first'), 2),
    };
    const inTime = await Promise.all([posts.toCancel, posts.toEdit].map((post) => publisher.isArmed(post, leftMs)));
    if (inTime.every(Boolean) || tries === 1) return { publisher, kept, ...posts };
    return prepared(await Publisher.connect(stack), tries - 1);
  }

  test(`${promise} what is scheduled is published at its moment, not before, once, and as it was written; edited in time it is the new text; canceled in time it is never seen`, async () => {
    const { publisher, kept, toCancel, toKeep, toEdit } = await prepared(granted);
    const again = text('edited');
    expect((await stack.member.delete(`/v1/posts/${toCancel.id}`)).status).toBe(200);
    expect((await stack.member.patch(`/v1/posts/${toEdit.id}`, { text: again })).status).toBe(200);

    const live = [await publisher.become(toKeep, 'published'), await publisher.become(toEdit, 'published')];
    await publisher.become(toCancel, 'canceled');
    const seen = await publisher.seenOn(publisher[on]);
    expect(seen.map((one) => [one.text, one.altTexts, one.times]).sort()).toEqual(
      [
        [kept, ['A door 1'], 1],
        [again, ['A door 2'], 1],
      ].sort(),
    );
    for (const [n, written] of [kept, again].entries()) {
      const dueAtMs = Date.parse(live[n]?.publishAt ?? '');
      const { atMs = 0 } = seen.find((one) => one.text === written) ?? {};
      expect(atMs).toBeGreaterThanOrEqual(dueAtMs);
    }
  });

  test(`${promise} without ${permission} it is greyed in words, and nothing is asked of Meta to publish`, async () => {
    const permissions = scopesToAsk().filter((name) => name !== permission);
    const declined = await Publisher.connect(stack, permissions);
    const publish = declined[on].capabilities.find(({ name }) => name === 'publish');
    expect(publish).toMatchObject({ available: false, reason: expect.stringContaining(permission) });
    expect(publish?.remedy).toMatch(/^Connect again/);
    const media = [{ id: (await declined.photo()).id }];
    const post: Post = await declined.schedule(1_000, { text: text('not'), media, targets: [onIt(declined)] });
    expect(post.notes.map(({ detail }) => detail).join()).toContain(permission);
    const { targets } = await declined.become(post, 'held');
    expect(targets[0]?.reason).toContain(permission);
    const { metaId } = declined[on];
    const written = askedOfMeta(stack).filter(({ method, path }) => method !== 'GET' && path.includes(metaId));
    expect(written.filter(({ call }) => call !== 'subscribe')).toEqual([]);
    expect(await declined.seenOn(declined[on])).toEqual([]);
  });
});

test('1.1.4 what is published on a Page is deleted there when its post is deleted', async () => {
  const publisher = await Publisher.connect(stack);
  const targets = [{ account: publisher.page.id, kind: 'feed' }];
  const post = await publisher.schedule(1_000, { text: `Deleted ${crypto.randomUUID()}`, targets });
  await publisher.become(post, 'published');
  expect(await publisher.live()).toHaveLength(1);
  expect((await stack.member.delete(`/v1/posts/${post.id}`)).status).toBe(200);
  await publisher.become(post, 'deleted');
  expect(await publisher.live()).toEqual([]);
});

test('1.1.4 what is published on a Page is edited there when its post is edited; on Instagram the text stays, and that is said', async () => {
  const publisher = await Publisher.connect(stack);
  const text = `1.1.4 before ${crypto.randomUUID()}`;
  const media = [{ id: (await publisher.photo()).id }];
  const targets = [publisher.page, publisher.instagram].map(({ id }) => ({ account: id, kind: 'feed' }));
  const post = await publisher.schedule(1_000, { text, media, targets });
  await publisher.become(post, 'published');
  const edited = `1.1.4 edited ${crypto.randomUUID()}`;
  const { status, body } = await stack.member.send<{ results: { words: string }[] }>('PATCH', `/v1/posts/${post.id}`, {
    text: edited,
  });
  expect([status, body.results.map(({ words }) => words).toSorted()]).toEqual([
    200,
    ['Its text is being changed at Meta.', expect.stringContaining('Instagram has no way')],
  ]);
  const seen = async (account: Publisher['page']) =>
    (await publisher.seenOn(account)).map((one) => [one.text, one.times]);
  await eventually(async () => (await seen(publisher.page))[0]?.[0] === edited, { what: 'the new text at Meta' });
  expect([await seen(publisher.page), await seen(publisher.instagram)]).toEqual([[[edited, 1]], [[text, 1]]]);
});
