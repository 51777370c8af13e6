import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Page, type Post } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

const withinMs = 120_000;
/** Long enough that a busy machine gets to parking in time, and that nothing claims before the command is sent. */
const parkedForMs = 45_000;

interface Changed {
  detail?: string;
  results: { result: string; words: string }[];
  targets: { state: string }[];
}

let stack: Stack;
let page: Page;
beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterEach(() => stack?.simulator.noFaults());
afterAll(() => stack?.stop());

const send = (method: string, { id }: Pick<Post, 'id'>, body?: unknown, then = '') =>
  stack.member.send<Changed>(method, `/v1/posts/${id}${then}`, body);

const parkedPost = () => page.parked({ dueInMs: parkedForMs });

/** A post whose commit has been called and is not answered yet. */
async function claimedPost() {
  await stack.simulator.fault({ call: 'publish', then: 'slow', delayMs: 17_000 });
  const post = await page.schedule();
  const hit = async () => (await stack.simulator.faults()).some(({ hits }) => hits > 0);
  await eventually(hit, { withinMs, what: 'the commit to be called' });
  return post;
}

test.concurrent('what waits parked and is canceled is never published', async () => {
  const post = await parkedPost();
  const { status, body } = await send('DELETE', post);
  expect([status, body.results]).toMatchObject([200, [{ result: 'done' }]]);
  // Another post of the same time goes out: whatever was still to come for the first has come by then.
  const other = await page.schedule({ publishAt: post.publishAt });
  await page.becomes(other, 'published', withinMs);
  expect(await page.publications(post)).toBe(0);
  expect((await page.target(post)).state).toBe('canceled');
});

test.concurrent('what waits parked and is edited is published once, with the new words only', async () => {
  const post = await parkedPost();
  const text = `Edited ${post.text}`;
  const { body } = await send('PATCH', post, { text });
  expect(body.results).toMatchObject([{ result: 'done' }]);
  await page.becomes(post, 'published', withinMs);
  expect([await page.publications(post), await page.publications({ text })]).toEqual([0, 1]);
});

test.concurrent('what waits parked can be brought forward, and put off', async () => {
  const [soon, later] = [await parkedPost(), await parkedPost()];
  const publishAt = new Date(Date.now() + 3_600_000).toISOString();
  expect((await send('PATCH', later, { publishAt })).body.results).toMatchObject([{ result: 'done' }]);
  expect((await send('POST', soon, undefined, '/publish')).body.results).toMatchObject([{ result: 'done' }]);
  await page.becomes(soon, 'published', withinMs);
  const other = await page.schedule({ publishAt: later.publishAt });
  await page.becomes(other, 'published', withinMs);
  expect([await page.publications(soon), await page.publications(later)]).toEqual([1, 0]);
});

test('what is just being published is too late to cancel or edit, and goes out once as it was', async () => {
  const post = await claimedPost();
  const edited = await send('PATCH', post, { text: 'Too late' });
  const canceled = await send('DELETE', post);
  for (const { status, body } of [edited, canceled])
    expect([status, body.detail]).toEqual([409, expect.stringContaining('Too late')]);
  expect((await send('POST', post, undefined, '/publish')).body.results).toMatchObject([{ result: 'unchanged' }]);
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
  const after = await send('DELETE', post);
  expect([after.status, after.body.results]).toMatchObject([200, [{ words: 'It is being deleted at Meta.' }]]);
  await page.becomes(post, 'deleted', withinMs);
  expect(await page.publications(post)).toBe(1);
});

test('whichever comes first, the cancellation or the due instant, what is answered is true', async () => {
  const dueInMs = 4_000;
  const posts = await Promise.all(Array.from({ length: 8 }, () => page.schedule({ dueInMs })));
  const dueAtMs = Date.parse(posts[0]?.publishAt ?? '');
  const answers = await Promise.all(
    posts.map(async (post, index) => {
      // From a moment before the instant to a moment after it.
      await eventually(() => Date.now() >= dueAtMs + (index - 4) * 30, { withinMs, everyMs: 5 });
      const { status, body } = await send('DELETE', post);
      return status === 200 ? (body.targets[0]?.state ?? '') : 'too late';
    }),
  );
  for (const [index, post] of posts.entries()) {
    const becomes = { canceled: 'canceled', deleting: 'deleted', 'too late': 'published' }[answers[index] ?? ''];
    await page.becomes(post, becomes ?? `what ${answers[index]} means`, withinMs);
  }
  const other = await page.schedule();
  await page.becomes(other, 'published', withinMs);
  for (const [index, post] of posts.entries())
    expect(await page.publications(post)).toBe(answers[index] === 'canceled' ? 0 : 1);
});
