import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { withDatabase } from '../../db/admin.ts';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { want } from '../../db/control/workflows/want.ts';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { HeldRow } from '../stack/held-row.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page, type Post } from './page.ts';

const withinMs = 120_000;
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const tenantOf = async () =>
  stack.control.control.selectFrom('tenants').select(['id', 'database']).executeTakeFirstOrThrow();

/** Its workflow is at work in a worker: what that reads itself it has not read yet. */
const isAtWork = (workflow: string): Promise<boolean> =>
  withTemporal(stack, async (client) => {
    const { raw } = await client.workflow.getHandle(workflow).describe();
    return Boolean(raw.pendingWorkflowTask?.startedTime);
  });

/** Its workflow has been told what has become of an activity. */
const isTold = (workflow: string): Promise<boolean> =>
  withTemporal(stack, async (client) => {
    const { events } = await client.workflow.getHandle(workflow).fetchHistory();
    return (events ?? []).some((event) => event.activityTaskCompletedEventAttributes);
  });

/** Nothing of it can be begun with until this is let go. */
async function holdTarget({ targets: [{ id }] }: Post): Promise<HeldRow> {
  const url = withDatabase(inject('superuserUrl'), (await tenantOf()).database);
  return HeldRow.take(url, 'select id from targets where id = $1 for update', [id]);
}

/** No process can read what is wanted until this is let go. */
const holdWanted = () => HeldRow.take(stack.control.ownerUrl, 'lock table workflows in access exclusive mode', []);

test('what is wanted at once while its last photo arrives at Meta is not forgotten until it was due before', async () => {
  const page = await Page.connect(stack);
  const media = [{ id: await page.upload() }];
  await stack.processes.kill('worker', 'SIGTERM');
  const post = await page.schedule({ media, dueInMs: 540_000 });
  const [{ id: target }] = post.targets;
  const { id: tenant } = await tenantOf();
  const workflow = publishId(tenant, target);
  const preparing = await holdTarget(post);
  await stack.processes.start('worker');
  await eventually(() => preparing.isWanted(), { withinMs, what: 'the photo to be sent' });

  const { control } = stack.control;
  const revision = await want(control, { id: workflow, tenant, dueAt: new Date() });
  await markSent(control, workflow, revision ?? 0);
  const reading = await holdWanted();
  await withTemporal(stack, (client) => nudge(client, workflow));
  await eventually(() => isAtWork(workflow), { withinMs, what: 'the rows to be read' });
  await preparing.release();
  await eventually(() => isTold(workflow), { withinMs, what: 'the photo to be at Meta' });
  await asWorker(stack, (db) => db.updateTable('targets').set({ revision }).where('id', '=', target).execute());
  await reading.release();

  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});
