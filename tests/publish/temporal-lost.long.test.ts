import { cpSync, globSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { decideOn } from './decision.ts';
import { Page, type Post } from './page.ts';

/** The reconciler looks once a minute. */
const rearmedWithinMs = 120_000;
const hourMs = 3_600_000;
const withinMs = 400_000;
let stack: Stack;
let page: Page;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ temporal: 'own' });
  page = await Page.connect(stack);
  folder = dirname(stack.env.simulator.SIMULATOR_DIR ?? '');
});
afterAll(() => stack?.stop());

const files = () => globSync('temporal.db*', { cwd: folder }).map((name) => join(folder, name));

/** Does something to the files of Temporal's database while nobody has them open. */
async function whileTemporalIsDown(work: () => void): Promise<void> {
  await stack.processes.kill('temporal', 'SIGTERM');
  work();
  await stack.processes.start('temporal');
}

const isRunning = ({ targets: [{ id }] }: Post) =>
  withTemporal(stack, async (client) => {
    const [tenant = ''] = await asWorker(stack, async (_, of) => of);
    const { status } = await client.workflow.getHandle(publishId(tenant, id)).describe();
    return status.name === 'RUNNING';
  });

const rearmed = (post: Post) =>
  eventually(() => isRunning(post), { withinMs: rearmedWithinMs, everyMs: 500, what: `${post.id} to be armed again` });

test('the database of Temporal is wiped: everything that is scheduled is armed again within two minutes, and published once', async () => {
  const later = await page.schedule({ dueInMs: 24 * hourMs });
  const published = await page.schedule();
  await page.becomes(published, 'published', rearmedWithinMs);
  const soon = await page.parked({ dueInMs: 45_000 });
  await whileTemporalIsDown(() => {
    for (const file of files()) rmSync(file);
  });
  await rearmed(later);
  await page.becomes(soon, 'published', rearmedWithinMs);
  for (const post of [soon, published]) expect(await page.publications(post)).toBe(1);
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
  await eventually(async () => !(await isRunning(canceled).catch(() => false)), {
    withinMs: rearmedWithinMs,
    everyMs: 500,
    what: 'the canceled one to be over again',
  });
  expect(await page.publications(canceled)).toBe(0);
  expect(await page.publications(edited)).toBe(0);
  expect(await page.publications({ text })).toBe(1);
  expect(await page.publications(published)).toBe(1);
});
