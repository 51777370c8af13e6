import { cpSync, globSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBeats } from '../../db/control/lighthouse.ts';
import { connectionId, publishId } from '../../workflows/ids.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled } from './accounts.ts';
import { Page, type Post } from './page.ts';
import { Rows } from './rows.ts';

/** The reconciler looks once a minute. */
const rearmedWithinMs = 120_000;
/** What is armed again is prepared once more, and published. */
const publishedWithinMs = 2 * rearmedWithinMs;
const hourMs = 3_600_000;
/** Long enough that whatever is done before Temporal is back is done by then. */
const soonMs = 150_000;
let stack: Stack;
let page: Page;
let rows: Rows;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ temporal: 'own' });
  page = await Page.connect(stack);
  rows = await Rows.open(stack);
  folder = dirname(stack.env.simulator.SIMULATOR_DIR ?? '');
});
afterAll(async () => {
  await rows?.close();
  await stack?.stop();
});

const files = () => globSync('temporal.db*', { cwd: folder }).map((name) => join(folder, name));

/** Does something to the files of Temporal's database while nobody has them open. */
async function whileTemporalIsDown(work: () => void): Promise<void> {
  await stack.processes.kill('temporal', 'SIGTERM');
  work();
  await stack.processes.start('temporal');
}

const workflowOf = ({ targets: [{ id }] }: Post) => publishId(rows.tenant, id);

/** @returns undefined where Temporal knows of no such workflow, nor that there ever was one */
const statusOf = (workflow: string) =>
  withTemporal(stack, async (client) => {
    try {
      return (await client.workflow.getHandle(workflow).describe()).status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  });

const rearmed = (post: Post) =>
  eventually(async () => (await statusOf(workflowOf(post))) === 'RUNNING', {
    ...{ withinMs: rearmedWithinMs, everyMs: 500, what: `${post.id} to be armed again` },
  });

const over = (post: Post) =>
  eventually(async () => (await statusOf(workflowOf(post))) !== 'RUNNING', {
    ...{ withinMs: publishedWithinMs, everyMs: 500, what: `the workflow of ${post.id} to be over` },
  });

/** What a member asks for. @throws Error where it is refused */
async function ask(method: string, path: string, body?: unknown): Promise<void> {
  const { status, body: answer } = await stack.member.send(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(answer)}`);
}

const publishNow = ({ id }: Post) => ask('POST', `/v1/posts/${id}/publish`);

/** Lets a post be due, and Meta answer its commit never: it is claimed, and nobody knows what became of it. */
async function bringInDoubt(account: Account, post: Post, call: string, doneAt: 'start' | 'end'): Promise<void> {
  await account.fault({ call, then: 'slow', doneAt, delayMs: hourMs });
  await publishNow(post);
  await eventually(async () => (await account.hits()).includes(1), { what: 'the commit to be under way' });
}

const photoOf = async (account: Account, dueInMs: number): Promise<Scheduled> =>
  account.schedule('feed', [await account.photo()], { dueInMs });

const captions = async (account: Account) => (await account.truth()).media.map(({ caption }) => caption);

test('the database of Temporal is wiped: everything that is scheduled is armed again within two minutes, and published once', async () => {
  const [instagram, doubted] = [await Account.open(stack, 'instagram'), await Account.open(stack, 'instagram')];
  const undone = await Account.open(stack, 'facebook');
  const [later, published] = [await page.schedule({ dueInMs: 24 * hourMs }), await page.schedule()];
  const [inDoubt, notDone] = [await photoOf(doubted, hourMs), await undone.page.schedule({ dueInMs: hourMs })];
  await page.becomes(published, 'published', rearmedWithinMs);
  await bringInDoubt(doubted, inDoubt, 'publishContainer', 'start');
  await bringInDoubt(undone, notDone, 'publish', 'end');
  const image = await photoOf(instagram, 60_000);
  const soon = await page.parked({ dueInMs: 45_000 });
  await whileTemporalIsDown(() => {
    for (const file of files()) rmSync(file);
  });
  await rearmed(later);
  for (const post of [soon, image, inDoubt, notDone]) await page.becomes(post, 'published', rearmedWithinMs);
  for (const post of [soon, image, inDoubt, notDone]) await over(post);
  for (const post of [soon, published, notDone]) expect(await page.publications(post)).toBe(1);
  expect(await captions(instagram)).toEqual([image.text]);
  expect(await captions(doubted)).toEqual([inDoubt.text]);
  expect(await page.publications(later)).toBe(0);
});

test('a database of Temporal that is older than edits, cancels, outcomes and an erasure brings nothing back and nothing out twice', async () => {
  const [instagram, doubted] = [await Account.open(stack, 'instagram'), await Account.open(stack, 'instagram')];
  const left = await Account.open(stack, 'facebook');
  const [edited, published] = [await page.schedule({ dueInMs: hourMs }), await page.schedule({ dueInMs: hourMs })];
  const [image, inDoubt] = [await photoOf(instagram, hourMs), await photoOf(doubted, hourMs)];
  const erased = [await left.page.schedule({ dueInMs: soonMs }), await left.page.schedule({ dueInMs: hourMs })];
  const canceled = [await page.schedule({ dueInMs: soonMs }), await page.schedule({ dueInMs: hourMs })];
  const dueMs = Date.now() + soonMs;
  for (const post of [edited, published, image, inDoubt, ...erased, ...canceled]) await rearmed(post);
  for (const [post] of [erased, canceled])
    await eventually(async () => post && (await page.everMade(post)).length, {
      what: 'what is due soon to be prepared',
    });
  const connection = await connectionOf(left);
  await whileTemporalIsDown(() => {
    for (const file of files()) cpSync(file, `${file}.old`);
  });
  const beats = await readBeats(stack.control.control);

  await ask('DELETE', `/v1/connections/${connection}`);
  for (const { id } of canceled) await ask('DELETE', `/v1/posts/${id}`);
  await publishNow(published);
  await page.becomes(published, 'published', rearmedWithinMs);
  const made = await page.schedule({ dueInMs: 24 * hourMs });
  // By its count the lighthouse sees that what is restored is older.
  await eventually(async () => (await readBeats(stack.control.control)) > beats, { what: 'the lighthouse to count' });
  const edit = { text: `Edited: ${edited.text}`, publishAt: new Date(Date.now() + 45_000).toISOString() };
  for (const { id } of [edited, image]) await ask('PATCH', `/v1/posts/${id}`, edit);
  await bringInDoubt(doubted, inDoubt, 'publishContainer', 'start');
  await whileTemporalIsDown(() => {
    for (const file of files()) if (!file.endsWith('.old')) rmSync(file);
    for (const file of files()) cpSync(file, file.replace(/\.old$/, ''));
  });

  await rearmed(made);
  const isLeft = async () => (await statusOf(connectionId(rows.tenant, connection))) !== 'RUNNING';
  await eventually(isLeft, {
    withinMs: rearmedWithinMs,
    everyMs: 500,
    what: 'the connection that was left to be over',
  });
  for (const post of [edited, image, inDoubt]) await page.becomes(post, 'published', publishedWithinMs);
  for (const post of [edited, image, inDoubt, published, ...erased, ...canceled]) await over(post);
  await eventually(() => Date.now() > dueMs, { what: 'what is not wanted any more to have been due' });
  for (const post of [edited, ...canceled]) expect(await page.publications(post)).toBe(0);
  for (const post of [edit, published]) expect(await page.publications(post)).toBe(1);
  expect(await captions(instagram)).toEqual([edit.text]);
  expect(await captions(doubted)).toEqual([inDoubt.text]);
  expect(await left.publications()).toBe(0);
  for (const post of [...erased, ...canceled]) expect((await page.target(post)).state).toBe('canceled');
  expect((await stack.member.get(`/v1/connections/${connection}`)).status).toBe(404);
});

async function connectionOf({ page: { account } }: Account): Promise<string> {
  const { body } = await stack.member.get<{ items: { id: string; connection: string }[] }>('/v1/accounts');
  return body.items.find(({ id }) => id === account)?.connection ?? '';
}
