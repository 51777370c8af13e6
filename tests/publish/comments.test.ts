import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { want } from '../../db/control/workflows/want.ts';
import { settle } from '../../db/tenant/targets/settle.ts';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { decideOn } from './decision.ts';
import { reword, settled } from './edits.ts';
import { Page, type Post, type Truth } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

const comment = 'The first comment';

/** A post with a first comment, due in an hour. */
async function scheduleCommented(): Promise<Post & { text: string }> {
  const post = await page.schedule({ dueInMs: 3_600_000 });
  await asWorker(stack, (db) =>
    db.updateTable('targets').set({ first_comment: comment }).where('id', '=', post.targets[0].id).execute(),
  );
  return post;
}

/** The same, published now. */
async function publishCommented(): Promise<Post & { text: string }> {
  const post = await scheduleCommented();
  await decideOn(stack, post, { state: 'scheduled', dueAt: new Date() });
  await page.becomes(post, 'published', withinMs);
  return post;
}

async function commentsOf(post: { text: string }): Promise<string[]> {
  const { comments } = await stack.simulator.truth<Truth>();
  const made = new Set((await page.everMade(post)).map(({ id }) => id));
  return comments.filter(({ object }) => made.has(object)).map(({ message }) => message);
}

/** Has the rows of a post read once more, without anything else being wanted. */
async function lookAgain({ targets: [{ id }] }: Post): Promise<void> {
  await asWorker(stack, async (db, tenant) => {
    const row = await db.selectFrom('targets').select('revision').where('id', '=', id).executeTakeFirst();
    if (!row) return;
    const workflow = publishId(tenant, id);
    const revision = await want(stack.control.control, { id: workflow, tenant, above: row.revision });
    await settle(db, [{ id, revision: revision ?? 0 }]);
    await withTemporal(stack, (client) => nudge(client, workflow));
  });
}

const outcome = (post: Post) =>
  eventually(async () => (await page.steps(post, 'comment')).find((said) => said !== 'open'), {
    withinMs,
    what: 'the comment to be done with',
  });

test('the first comment is written once the post is published', async () => {
  const post = await publishCommented();
  expect(await outcome(post)).toBe('done');
  expect(await commentsOf(post)).toEqual([comment]);
});

test('a first comment whose answer was lost is not written again, and that is said', async () => {
  await stack.simulator.fault({ call: 'comment', then: 'dropAnswer', times: 1 });
  const post = await publishCommented();
  expect(await outcome(post)).toBe('unknown');
  expect(await commentsOf(post)).toEqual([comment]);
  const reason = await eventually(async () => (await page.target(post)).reason, { what: 'a word about it' });
  expect(reason).toContain('first comment');
  expect((await page.target(post)).state).toBe('published');
});

test('that a first comment is in doubt is still said once the text was changed, and once that was refused', async () => {
  await stack.simulator.fault({ call: 'comment', then: 'dropAnswer', times: 1 });
  const post = await publishCommented();
  expect(await outcome(post)).toBe('unknown');
  const saysSo = async () => (await settled(stack, post)).targets.map(({ reason }) => reason);
  await reword(stack, post, `${post.text} again`);
  expect(await saysSo()).toEqual([expect.stringMatching(/^Meta did not say whether the first comment/)]);
  await stack.simulator.fault({ call: 'editPost', then: 'refuse', code: 1_609_005, times: 1 });
  await reword(stack, post, `${post.text} and again`);
  expect(await saysSo()).toEqual([expect.stringMatching(/^The text stays as it was\. .*the first comment/)]);
});

test('what was said of a first comment that was refused is taken back when it is written after all', async () => {
  await stack.simulator.fault({ call: 'comment', then: 'refuse', code: 1_609_005, times: 1 });
  const post = await publishCommented();
  const reason = await eventually(async () => (await page.target(post)).reason, { withinMs, what: 'a word about it' });
  expect(reason).toContain('The first comment was not written');
  await lookAgain(post);
  await eventually(async () => (await commentsOf(post)).length, { withinMs, what: 'the comment' });
  await eventually(async () => (await page.target(post)).reason === null, { withinMs, what: 'nothing to be said' });
});

test('a post whose login has died when its first comment is to be written says that there is none', async () => {
  const post = await scheduleCommented();
  await stack.simulator.fault({ call: 'publish', then: 'slow', delayMs: 3_000, doneAt: 'start', times: 1 });
  await decideOn(stack, post, { state: 'scheduled', dueAt: new Date() });
  await eventually(async () => (await stack.simulator.faults()).some(({ hits }) => hits), { what: 'the commit' });
  const forget = { health: 'dead', token_sealed: null } as const;
  await asWorker(stack, (db) => db.updateTable('credentials').set(forget).execute());
  await page.becomes(post, 'published', withinMs);
  const reason = await eventually(async () => (await page.target(post)).reason, { what: 'a word about it' });
  expect(reason).toContain('The first comment was not written');
  expect(await commentsOf(post)).toEqual([]);
});
