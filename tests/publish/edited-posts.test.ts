import { afterAll, beforeAll, expect, test } from 'vitest';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { reword, settled } from './edits.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

const another = () => `Another text\nof two lines ${crypto.randomUUID()} ${'🥐'}`;

async function publish(kind = 'feed', make: (account: Account) => Promise<string[]> = async () => [], more = {}) {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule(kind, await make(account), more);
  await account.published(post);
  return { account, post };
}

const states = async ({ id }: Scheduled) =>
  (await stack.member.get<{ targets: { state: string }[] }>(`/v1/posts/${id}`)).body.targets.map(({ state }) => state);

async function asked(post: Scheduled, text: string) {
  expect(await reword(stack, post, text)).toMatchObject({
    status: 200,
    body: { results: [{ result: 'done', words: 'Its text is being changed at Meta.' }] },
  });
}

const forms: [string, string, (account: Account) => Promise<string[]>, object][] = [
  ['a text', 'feed', async () => [], {}],
  ['a link', 'feed', async () => [], { link: 'https://example.com/bread' }],
  ['a photo', 'feed', async (account) => [await account.photo()], {}],
  ['an album', 'feed', (account) => Promise.all([account.photo(), account.photo()]), {}],
  ['a video', 'feed', async (account) => [await account.film('wide')], {}],
  ['a reel', 'reel', async (account) => [await account.film('upright')], {}],
];

test.concurrent.each(forms)(
  '%s on a Page has the new text at Meta, and is nothing new',
  async (_form, kind, make, more) => {
    const { account, post } = await publish(kind, make, more);
    const [before] = (await account.truth()).posts;
    const text = another();
    await asked(post, text);
    expect(await settled(stack, post)).toMatchObject({
      live: [text],
      targets: [{ state: 'published', text: null, reason: null }],
    });
    const { posts, videos } = await account.truth();
    expect(posts).toEqual([{ ...before, message: text }]);
    for (const video of videos) expect(video).toMatchObject({ description: text, finishCalls: 1, publications: 1 });
    expect(await account.page.steps(post, 'edit')).toEqual(['done']);
    expect(await account.page.steps(post, 'commit')).toEqual(['done']);
  },
);

test.concurrent('a video whose file was deleted here is edited all the same', async () => {
  const { account, post } = await publish('feed', async (account) => [await account.film('wide')]);
  const { body } = await stack.member.get<{ media: { id: string }[] }>(`/v1/posts/${post.id}`);
  expect((await stack.member.delete(`/v1/media/${body.media[0]?.id}`)).status).toBe(204);
  const text = another();
  await asked(post, text);
  expect((await settled(stack, post)).live).toEqual([text]);
  expect((await account.truth()).videos).toMatchObject([{ description: text }]);
});

const lost = ['dropAnswer', 'errorButDone', 'badRequestButDone'];
test.concurrent.each(lost)(
  'when the answer is lost to %s, Meta is looked at: the text is live, and known to be',
  async (then) => {
    const { account, post } = await publish();
    await account.fault({ call: 'editPost', then, times: 1 });
    const text = another();
    await asked(post, text);
    expect((await settled(stack, post)).live).toEqual([text]);
    expect(await account.hits()).toEqual([1]);
    expect(await account.page.steps(post, 'edit')).toEqual(['done']);
    expect((await account.truth()).posts).toMatchObject([{ message: text, publications: 1 }]);
  },
);

test.concurrent('what Meta has refused and done all the same is seen there', async () => {
  const { account, post } = await publish();
  await account.fault({ call: 'editPost', then: 'badRequestButDone', code: 100, times: 1 });
  const text = another();
  await asked(post, text);
  expect(await settled(stack, post)).toMatchObject({ live: [text], targets: [{ reason: null }] });
});

test.concurrent('a call that did not arrive is made again', async () => {
  const { account, post } = await publish('reel', async (account) => [await account.film()]);
  await account.fault({ call: 'editVideo', then: 'resetBefore', times: 2 });
  const text = another();
  await asked(post, text);
  expect((await settled(stack, post)).live).toEqual([text]);
  expect(await account.page.steps(post, 'edit')).toEqual(['unknown', 'unknown', 'done']);
});

test.concurrent('a refusal is told in words, what is stored is what is live, and it can be asked for again', async () => {
  const { account, post } = await publish();
  await account.fault({ call: 'editPost', then: 'refuse', code: 368, times: 1 });
  const text = another();
  await asked(post, text);
  expect(await settled(stack, post)).toMatchObject({
    ...{ text: post.text, live: [post.text] },
    targets: [
      {
        state: 'published',
        text: null,
        reason: expect.stringMatching(/^The text stays as it was\. Facebook has blocked/),
      },
    ],
  });
  expect((await account.truth()).posts).toMatchObject([{ message: post.text, publications: 1 }]);
  expect(await account.page.steps(post, 'edit')).toEqual(['refused']);
  await asked(post, text);
  expect(await settled(stack, post)).toMatchObject({ live: [text], targets: [{ reason: null }] });
});

test.concurrent('without the role to write on the Page the text stays, and it is said what to do', async () => {
  const { account, post } = await publish();
  const role = { person: account.person, page: account.metaId, tasks: ['ANALYZE'] };
  await simulate(stack, '/sim/roles', role);
  await asked(post, another());
  expect((await settled(stack, post)).targets[0]?.reason).toMatch(/stays as it was.*did not allow this/);
  expect((await account.truth()).posts).toMatchObject([{ message: post.text }]);
});

test.concurrent('a post that somebody wrote by hand is not changed', async () => {
  const { account, post } = await publish();
  const byHand = await simulate<{ id: string }>(stack, `/sim/pages/${account.metaId}/drafts`, { message: 'By hand' });
  await simulate(stack, `/sim/posts/${byHand.id}/publish`, {});
  const [{ id: target }] = post.targets;
  await asWorker(stack, (db) =>
    db.updateTable('targets').set({ meta_id: byHand.id }).where('id', '=', target).execute(),
  );
  await asked(post, another());
  expect((await settled(stack, post)).targets[0]?.reason).toContain('The text stays as it was.');
  expect((await account.truth()).posts.map(({ message }) => message).toSorted()).toEqual(
    ['By hand', post.text].toSorted(),
  );
});

test.concurrent('a post that somebody has deleted at Meta is said to be gone there', async () => {
  const { account, post } = await publish();
  await eventually(async () => (await account.page.target(post)).permalink, { what: 'its address' });
  const [{ id } = { id: '' }] = (await account.truth()).posts;
  await simulate(stack, `/sim/posts/${id}`, undefined, 'DELETE');
  await asked(post, another());
  expect(await settled(stack, post)).toMatchObject({
    live: [post.text],
    targets: [
      { reason: expect.stringMatching(/stays as it was\. Meta does not show this post any more.*delete it here too/) },
    ],
  });
  expect(await account.page.steps(post, 'edit')).not.toContain('done');
});

test.concurrent('an edit that comes while another is under way is the last', async () => {
  const { account, post } = await publish();
  await account.fault({ call: 'editPost', then: 'slow', delayMs: 3_000, times: 1 });
  await asked(post, 'The first of two edits');
  const text = another();
  await asked(post, text);
  expect((await settled(stack, post)).live).toEqual([text]);
  expect((await account.truth()).posts).toMatchObject([{ message: text, publications: 1 }]);
});

test.concurrent('many edits at once end with one of them, and Meta has the one that is stored', async () => {
  const { account, post } = await publish();
  const texts = Array.from({ length: 6 }, (_, n) => `Edit ${n} ${crypto.randomUUID()}`);
  const answers = await Promise.all(texts.map((text) => reword(stack, post, text)));
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  const { live } = await settled(stack, post);
  expect(texts).toContain(live[0]);
  expect((await account.truth()).posts).toMatchObject([{ message: live[0], publications: 1 }]);
});

test.concurrent('a caption on Instagram stays, and it is said that Meta has no way', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.schedule('feed', [await account.photo()]);
  await account.published(post);
  expect(await reword(stack, post, another())).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('Instagram has no way for apps to change a caption') },
  });
  expect((await account.truth()).media).toMatchObject([{ caption: post.text }]);
  expect(await account.page.steps(post, 'edit')).toEqual([]);
});

test.concurrent('of a Page and Instagram together the Page has the new text and Instagram the old one', async () => {
  const [page, instagram] = await Promise.all([Account.open(stack, 'facebook'), Account.open(stack, 'instagram')]);
  const targets = [page, instagram].map(({ page: { account } }) => ({ account, kind: 'feed' }));
  const post = await page.schedule('feed', [await page.photo()], { targets });
  await eventually(async () => (await states(post)).every((state) => state === 'published'), {
    what: 'both to be published',
  });
  const text = another();
  const { status, body } = await reword(stack, post, text);
  expect([status, body.results?.map(({ result }) => result).toSorted()]).toEqual([200, ['done', 'impossible']]);
  const after = await settled(stack, post);
  expect([after.text, after.live.toSorted()]).toEqual([text, [text, post.text].toSorted()]);
  expect((await page.truth()).posts).toMatchObject([{ message: text }]);
  expect((await instagram.truth()).media).toMatchObject([{ caption: post.text }]);
});
