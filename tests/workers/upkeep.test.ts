import { Client, Connection } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { holdLease } from '../../db/control/lease.ts';
import { readBeats, recordBeats } from '../../db/control/lighthouse.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { want } from '../../db/control/workflows/want.ts';
import { watch } from '../../workers/lighthouse.ts';
import { reconcile } from '../../workers/reconcile.ts';
import { relay } from '../../workers/relay.ts';
import { connectionId, publishId } from '../../workflows/ids.ts';
import { Page } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;
let page: Page;
let client: Client;
let tenant: string;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  const connection = await Connection.connect({ address: stack.temporal.address });
  client = new Client({ connection, namespace: stack.temporal.namespace });
  const { body } = await stack.member.get<{ tenant: string }>('/v1/me');
  tenant = body.tenant;
  // What keeps everything together is called here, by nobody else meanwhile.
  const { control } = stack.control;
  const isOurs = async () => {
    await control.deleteFrom('leases').where('name', '=', 'reconciler').execute();
    return holdLease(control, 'reconciler', uuidv7(), inAnHour);
  };
  await eventually(isOurs, { what: 'the lease' });
});
afterAll(async () => {
  await client?.connection.close();
  await stack?.stop();
});

const between = () => ({ control: stack.control.control, client });
const status = async (id: string) => (await client.workflow.getHandle(id).describe()).status.name;
const inAnHour = 3_600_000;

/** A post far in the future, whose workflow sleeps. */
async function sleeping(): Promise<string> {
  const post = await page.schedule({ dueInMs: inAnHour });
  const id = publishId(tenant, (await page.target(post)).id);
  await eventually(async () => (await status(id)) === 'RUNNING', { what: 'the workflow to run' });
  return id;
}

test('the relay tells whoever was wanted and never told, once the command cannot be under way any more', async () => {
  const id = publishId(tenant, uuidv7());
  const revision = await want(stack.control.control, { id, tenant, dueAt: new Date(Date.now() + inAnHour) });
  await relay(between());
  expect((await readEntry(stack.control.control, id))?.sent).toBeLessThan(revision ?? 0);
  await wantedLongAgo(id);
  // The worker's own relay may be first: what counts is that it was told.
  await relay(between());
  await eventually(async () => (await readEntry(stack.control.control, id))?.sent === revision, {
    what: 'it to be told',
  });
  expect(await status(id)).toBe('RUNNING');
});

test('a workflow that was terminated by hand is started again, since its entry says that it is wanted', async () => {
  const id = await sleeping();
  await client.workflow.getHandle(id).terminate('by hand');
  await eventually(
    async () => {
      await reconcile(between());
      return (await status(id)) === 'RUNNING';
    },
    { what: 'the workflow to run again' },
  );
});

test('a workflow that runs although nobody wants it reads its row, and ends', async () => {
  const id = publishId(tenant, uuidv7());
  await client.workflow.start('publish', {
    workflowId: id,
    taskQueue: 'publish',
    args: [{ tenant, target: id.split(':')[2] }],
  });
  await eventually(async () => (await status(id)) === 'COMPLETED', { what: 'it to end' });
});

test('after a loss of Temporal’s database every wanted workflow runs again, and what nobody wants is ended', async () => {
  const id = await sleeping();
  await eventually(async () => {
    await watch(between());
    return (await readBeats(stack.control.control)) > 0;
  });
  await client.workflow.getHandle(id).terminate('lost with the database');
  // Control has seen more beats than this Temporal knows of: so its database is an older one.
  await recordBeats(stack.control.control, 1_000_000);
  expect(await watch(between())).toBe('restored');
  await eventually(async () => (await status(id)) === 'RUNNING', { what: 'the workflow to run again' });
  expect(await readBeats(stack.control.control)).toBeLessThan(1_000_000);
  expect(await watch(between())).toBe('steady');
});

test('the workflow of a connection is told by its entry like any other', async () => {
  const { body } = await stack.member.get<{ items: { id: string }[] }>('/v1/connections');
  const id = connectionId(tenant, body.items[0]?.id ?? '');
  await client.workflow.getHandle(id).terminate('by hand');
  await eventually(
    async () => {
      await reconcile(between());
      return (await status(id)) === 'RUNNING';
    },
    { what: 'the connection to live again' },
  );
});

test('of two holders one has the lease, until it lapses', async () => {
  const { control } = stack.control;
  const [one, two] = [uuidv7(), uuidv7()];
  expect(await holdLease(control, 'test', one, 60_000)).toBe(true);
  expect(await holdLease(control, 'test', two, 60_000)).toBe(false);
  expect(await holdLease(control, 'test', one, 1)).toBe(true);
  await eventually(() => holdLease(control, 'test', two, 60_000), { what: 'the lease to lapse' });
});

async function wantedLongAgo(id: string): Promise<void> {
  const owner = connectControl(stack.control.ownerUrl, { maxConnections: 1 });
  await owner
    .updateTable('workflows')
    .set({ wanted_at: new Date(Date.now() - 16_000) })
    .where('id', '=', id)
    .execute();
  await owner.destroy();
}
