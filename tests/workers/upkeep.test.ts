import { WorkflowNotFoundError } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { holdLease } from '../../db/control/lease.ts';
import { readBeats, recordBeats } from '../../db/control/lighthouse.ts';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { want } from '../../db/control/workflows/want.ts';
import { watch } from '../../workers/lighthouse.ts';
import { isTold, wakeOverdue } from '../../workers/overdue.ts';
import { reconcile, runningIds } from '../../workers/reconcile.ts';
import { relay } from '../../workers/relay.ts';
import { connectionId, publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { decideOn } from '../publish/decision.ts';
import { eventually } from '../stack/eventually.ts';
import { type Scene, startScene } from './scene.ts';

vi.mock('../../workflows/nudge.ts', { spy: true });

let scene: Scene;

beforeAll(async () => {
  scene = await startScene();
  // What keeps everything together is called here, by nobody else meanwhile.
  const { control } = scene.stack.control;
  const isOurs = async () => {
    await control.deleteFrom('leases').where('name', '=', 'reconciler').execute();
    return holdLease(control, 'reconciler', uuidv7(), inAnHour);
  };
  await eventually(isOurs, { what: 'the lease' });
});
afterAll(() => scene?.stop());

const between = () => ({ control: scene.stack.control.control, client: scene.client });
const runOf = async (id: string) => (await scene.client.workflow.getHandle(id).describe()).runId;
const status = async (id: string) => (await scene.client.workflow.getHandle(id).describe()).status.name;
const inAnHour = 3_600_000;

/** A post far in the future, whose workflow sleeps. */
async function sleeping(): Promise<string> {
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const id = publishId(scene.tenant, (await scene.page.target(post)).id);
  await eventually(async () => (await status(id)) === 'RUNNING', { what: 'the workflow to run' });
  return id;
}

test('the relay tells whoever was wanted and never told, once the command cannot be under way any more', async () => {
  const id = publishId(scene.tenant, uuidv7());
  const revision = await want(scene.stack.control.control, {
    id,
    tenant: scene.tenant,
    dueAt: new Date(Date.now() + inAnHour),
  });
  await relay(between());
  expect((await readEntry(scene.stack.control.control, id))?.sent).toBeLessThan(revision ?? 0);
  await wantedLongAgo(id);
  // The worker's own relay may be first: what counts is that it was told.
  await relay(between());
  await eventually(async () => (await readEntry(scene.stack.control.control, id))?.sent === revision, {
    what: 'it to be told',
  });
  expect(await status(id)).toBe('RUNNING');
});

test('a workflow that was terminated by hand is started again, since its entry says that it is wanted', async () => {
  const id = await sleeping();
  await scene.client.workflow.getHandle(id).terminate('by hand');
  await eventually(
    async () => {
      await reconcile(between());
      return (await status(id)) === 'RUNNING';
    },
    { what: 'the workflow to run again' },
  );
});

test('a workflow that runs although nobody wants it reads its row, and ends', async () => {
  const id = publishId(scene.tenant, uuidv7());
  await scene.client.workflow.start('publish', {
    workflowId: id,
    taskQueue: 'publish',
    args: [{ tenant: scene.tenant, target: id.split(':')[2] }],
  });
  await eventually(async () => (await status(id)) === 'COMPLETED', { what: 'it to end' });
});

test('a post whose earlier time was lost with the last seconds of Temporal’s database is published, though its workflow sleeps', async () => {
  const { control } = scene.stack.control;
  const post = await scene.page.schedule({ dueInMs: inAnHour });
  const id = publishId(scene.tenant, post.targets[0].id);
  const waitsFor = async () => (await scene.client.workflow.getHandle(id).query<{ for: string }>('waiting')).for;
  await eventually(async () => (await waitsFor()).startsWith('Scheduled'), { what: 'its workflow to sleep' });
  await decideOn(scene.stack, post, { state: 'scheduled', dueAt: new Date(Date.now() - 70_000), tell: false });
  await markSent(control, id, (await readEntry(control, id))?.wanted ?? 0);
  expect(await wakeOverdue(between())).toBe(1);
  await scene.page.becomes(post, 'published', 60_000);
  expect(await scene.page.publications(post)).toBe(1);
});

test('who is late is told after 1, 2, 4 and 8 minutes, ever more rarely', () => {
  const told = Array.from({ length: 40 }, (_, minute) => minute).filter((minute) => isTold(minute * 60_000));
  expect(told).toEqual([1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33]);
});

/** A workflow of which nothing tells that it should run. No worker serves its queue: it cannot end by itself. */
async function unwanted(): Promise<string> {
  const target = uuidv7();
  const workflowId = publishId(scene.tenant, target);
  await scene.client.workflow.start('publish', {
    workflowId,
    taskQueue: 'nobody',
    args: [{ tenant: scene.tenant, target }],
  });
  await eventually(async () => (await runningIds(scene.client)).has(workflowId), { what: 'it to be listed' });
  return workflowId;
}

test('after a loss of Temporal’s database every wanted workflow begins anew, and what nobody wants is ended', async () => {
  const [id, restored] = [await sleeping(), await sleeping()];
  const stray = await unwanted();
  const before = await runOf(restored);
  const isListed = async () => (await runningIds(scene.client)).has(restored);
  await eventually(isListed, { what: 'Temporal to list what runs' });
  await eventually(async () => {
    await watch(between());
    return (await readBeats(scene.stack.control.control)) > 0;
  });
  expect(await status(stray)).toBe('RUNNING');
  await scene.client.workflow.getHandle(id).terminate('lost with the database');
  // Control has seen more beats than this Temporal knows of: so its database is an older one.
  await recordBeats(scene.stack.control.control, 1_000_000);
  expect(await watch(between())).toBe('restored');
  for (const one of [id, restored])
    await eventually(async () => (await status(one)) === 'RUNNING', { what: 'the workflow to run again' });
  // What was restored may be a past that workers remember otherwise.
  expect(await runOf(restored)).not.toBe(before);
  const isGone = (error: unknown) => error instanceof WorkflowNotFoundError;
  await eventually(() => status(stray).then(() => false, isGone), {
    what: 'what nobody wants to be ended and deleted',
  });
  expect(await readBeats(scene.stack.control.control)).toBeLessThan(1_000_000);
  expect(await watch(between())).toBe('steady');
});

test('a loss whose mending failed is mended at the next look, however young the backup was', async () => {
  const { control } = scene.stack.control;
  const id = await sleeping();
  await eventually(async () => (await watch(between())) === 'steady', { what: 'a steady lighthouse' });
  await scene.client.workflow.getHandle(id).terminate('lost with the database');
  await recordBeats(control, (await readBeats(control)) + 1);
  vi.mocked(nudge).mockRejectedValueOnce(new Error('Temporal is away again'));
  await expect(watch(between())).rejects.toThrow('away again');
  expect(await watch(between())).toBe('restored');
  await eventually(async () => (await status(id)) === 'RUNNING', { what: 'the workflow to run again' });
});

test('the workflow of a connection is told by its entry like any other', async () => {
  const { body } = await scene.stack.member.get<{ items: { id: string }[] }>('/v1/connections');
  const id = connectionId(scene.tenant, body.items[0]?.id ?? '');
  await scene.client.workflow.getHandle(id).terminate('by hand');
  await eventually(
    async () => {
      await reconcile(between());
      return (await status(id)) === 'RUNNING';
    },
    { what: 'the connection to live again' },
  );
});

test('of two holders one has the lease, until it lapses', async () => {
  const { control } = scene.stack.control;
  const [one, two] = [uuidv7(), uuidv7()];
  expect(await holdLease(control, 'test', one, 60_000)).toBe(true);
  expect(await holdLease(control, 'test', two, 60_000)).toBe(false);
  expect(await holdLease(control, 'test', one, 1)).toBe(true);
  await eventually(() => holdLease(control, 'test', two, 60_000), { what: 'the lease to lapse' });
});

async function wantedLongAgo(id: string): Promise<void> {
  const owner = connectControl(scene.stack.control.ownerUrl, { maxConnections: 1 });
  await owner
    .updateTable('workflows')
    .set({ wanted_at: new Date(Date.now() - 16_000) })
    .where('id', '=', id)
    .execute();
  await owner.destroy();
}
