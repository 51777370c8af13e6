import { cpSync, globSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled } from './accounts.ts';
import { decideOn } from './decision.ts';
import { Page, type Post } from './page.ts';
import { Rows } from './rows.ts';

/** The reconciler looks once a minute. */
const rearmedWithinMs = 120_000;
/** What is armed again is prepared once more, and published. */
const publishedWithinMs = 2 * rearmedWithinMs;
const hourMs = 3_600_000;
const withinMs = 400_000;
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

const isRunning = async (post: Post) => (await statusOf(workflowOf(post))) === 'RUNNING';

const rearmed = (post: Post) =>
  eventually(() => isRunning(post), {
    ...{ withinMs: rearmedWithinMs, everyMs: 500, what: `${post.id} to be armed again` },
  });

const over = (post: Post) =>
  eventually(async () => !(await isRunning(post)), {
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

test('a database of Temporal that is older than edits, cancels and outcomes changes nothing about them', async () => {
  const due = { dueInMs: hourMs };
  const [canceled, edited, published] = [await page.schedule(due), await page.schedule(due), await page.schedule(due)];
  for (const post of [canceled, edited, published]) await rearmed(post);
  await whileTemporalIsDown(() => {
    for (const file of files()) cpSync(file, `${file}.old`);
  });
  const text = `Edited: ${edited.text}`;
  await decideOn(stack, canceled, { state: 'canceled' });
  await decideOn(stack, published, { state: 'scheduled', dueAt: new Date() });
  await page.becomes(published, 'published', rearmedWithinMs);
  await decideOn(stack, edited, { state: 'scheduled', text, dueAt: new Date(Date.now() + 45_000) });
  await whileTemporalIsDown(() => {
    for (const file of files()) if (!file.endsWith('.old')) rmSync(file);
    for (const file of files()) cpSync(file, file.replace(/\.old$/, ''));
  });
  await page.becomes(edited, 'published', withinMs);
  await over(canceled);
  expect(await page.publications(canceled)).toBe(0);
  expect(await page.publications(edited)).toBe(0);
  expect(await page.publications({ text })).toBe(1);
  expect(await page.publications(published)).toBe(1);
});
