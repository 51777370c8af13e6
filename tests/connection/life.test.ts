import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { keepUpAtMs } from '../../activities/connection/keep-up-moment.ts';
import { discreet } from '../../activities/failures.ts';
import { beating } from '../../activities/heartbeat.ts';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { authorizationId, connectionId } from '../../workflows/ids.ts';
import { changed, waiting } from '../../workflows/messages.ts';
import { nudge } from '../../workflows/nudge.ts';
import { queues } from '../../workflows/queues.ts';
import { eventually } from '../stack/eventually.ts';
import { goWrong, newPerson, type Person } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

let place: Place;
let tenant: string;
let person: Person;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  place = await connectionPlace();
  tenant = await place.control.tenant();
  native = await NativeConnection.connect({ address: place.temporal.address });
  worker = await Worker.create({
    connection: native,
    namespace: place.temporal.namespace,
    taskQueue: queues.connection,
    workflowBundle: { codePath: await workflowBundle() },
    activities: discreet(beating(connectionActivities(place.parts))),
  });
  running = worker.run();
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [
    { name: 'Canary Bakery', instagram: { username: 'canarybread' } },
    { name: 'Canary Pottery' },
  ]);
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await native.close();
  await place.close();
});

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);
const attempt = (id: string) =>
  rows((db) => db.selectFrom('authorizations').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const row = (id: string) =>
  rows((db) => db.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const handle = (id: string) => place.parts.temporal.workflow.getHandle(id);
const entry = (id: string) => readEntry(place.parts.control, id);
const status = async (id: string) => (await handle(id).describe()).status.name;

/** As the API does it: want, write, nudge, note. */
async function decide(id: string, write: (db: TenantDb) => Promise<unknown>): Promise<void> {
  const revision = await want(place.parts.control, { id, tenant });
  await rows(write);
  await nudge(place.parts.temporal, id);
  await markSent(place.parts.control, id, revision ?? 0);
}

async function comeBack(): Promise<string> {
  const id = await place.returned(tenant, person);
  await decide(authorizationId(tenant, id), async () => undefined);
  return id;
}

async function choosing(): Promise<string> {
  const id = await comeBack();
  const { connection } = await eventually(async () => {
    const seen = await attempt(id);
    return seen.status === 'done' && seen;
  });
  const made = connection ?? '';
  await eventually(async () => (await row(made)).state === 'choosing', { what: 'the accounts to be found' });
  return made;
}

async function connected(): Promise<string> {
  const id = await choosing();
  await decide(connectionId(tenant, id), async (db) => {
    await db.updateTable('found_accounts').set({ chosen: true }).where('connection', '=', id).execute();
    await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', id).execute();
  });
  await eventually(async () => (await row(id)).state === 'connected', { what: 'the accounts to be connected' });
  return id;
}

const erase = (id: string) =>
  decide(connectionId(tenant, id), (db) =>
    db.updateTable('connections').set({ state: 'erasing' }).where('id', '=', id).execute(),
  );

test('from the return of the browser to connected accounts; then it waits for the daily look, and says so', async () => {
  const id = await connected();
  const workflow = connectionId(tenant, id);
  const { created_at } = await row(id);
  const says = await eventually(async () => {
    const now = await handle(workflow).query(waiting);
    return now.for.startsWith('Connected') && now;
  });
  expect(says).toEqual({
    for: 'Connected; next: look at everything',
    untilMs: keepUpAtMs(id, created_at.getTime()),
  });
  const { searchAttributes } = await handle(workflow).describe();
  expect(searchAttributes).toMatchObject({ State: ['connected'], ConnectionId: [id], TenantId: [tenant] });
});

test('an attempt to connect ends when it is done, and nothing wants it alive any more', async () => {
  const id = await comeBack();
  const workflow = authorizationId(tenant, id);
  await handle(workflow).result();
  expect((await attempt(id)).status).toBe('done');
  expect(await entry(workflow)).toBeUndefined();
});

test('a code whose answer was lost ends in words, by itself', async () => {
  await goWrong(place.simulator, 'token', 'dropAnswer');
  const id = await comeBack();
  await handle(authorizationId(tenant, id)).result();
  expect(await attempt(id)).toMatchObject({
    status: 'failed',
    code_sealed: null,
    reason: expect.stringMatching(/Please connect again\.$/),
  });
});

test('a passing fault while the accounts are looked for delays, and nothing else', async () => {
  await goWrong(place.simulator, 'accounts', 'errorButDone', { times: 2 });
  const id = await choosing();
  expect(await row(id)).toMatchObject({ reason: null, missing: [] });
});

test('a run that was terminated is made again by a nudge, from the rows', async () => {
  const id = await connected();
  const workflow = connectionId(tenant, id);
  const before = await eventually(async () => {
    const now = await handle(workflow).query(waiting);
    return now.untilMs !== undefined && now;
  });
  await handle(workflow).terminate('a test');
  await nudge(place.parts.temporal, workflow);
  await eventually(async () => (await handle(workflow).query(waiting)).untilMs === before.untilMs);
  expect((await row(id)).state).toBe('connected');
});

test('a connection that is being erased ends its workflow', async () => {
  const id = await choosing();
  await erase(id);
  await handle(connectionId(tenant, id)).result();
  expect(await entry(connectionId(tenant, id))).toBeUndefined();
});

test('a workflow without a row ends once its entry is older than a minute, and not before', async () => {
  const nobody = connectionId(tenant, '01a20c22-0000-7000-8000-000000000000');
  await decide(nobody, async () => undefined);
  await eventually(async () => (await handle(nobody).query(waiting)).for.startsWith('No row yet'));
  expect(await status(nobody)).toBe('RUNNING');
  await place.parts.control
    .updateTable('workflows')
    .set({ wanted_at: new Date(Date.now() - 61_000) })
    .where('id', '=', nobody)
    .execute();
  await nudge(place.parts.temporal, nobody);
  await handle(nobody).result();
  expect(await entry(nobody)).toBeUndefined();
});

test('no token, name or id of Meta’s is in any history', async () => {
  await goWrong(place.simulator, 'accounts', 'errorButDone');
  const id = await connected();
  await erase(id);
  await handle(connectionId(tenant, id)).result();
  const secrets = [
    'EAA',
    'Canary',
    'canary',
    person.id,
    ...person.pages.flatMap(({ id, instagram }) => [id, instagram ?? id]),
  ];
  const attempts = await rows((db) =>
    db.selectFrom('authorizations').select('id').where('connection', '=', id).execute(),
  );
  const workflows = [connectionId(tenant, id), ...attempts.map((one) => authorizationId(tenant, one.id))];
  expect(workflows).toHaveLength(2);
  for (const workflow of workflows) {
    const raw = JSON.stringify(await handle(workflow).fetchHistory(), readable);
    expect(raw).toContain('\\"wanted\\":1');
    for (const secret of secrets) expect(raw).not.toContain(secret);
  }
});

/** Payloads come as base64, in which nothing would be found. */
const readable = (name: string, value: unknown) =>
  name === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value;

test('however often it is nudged, its history stays short, and it goes on where it was', async () => {
  const id = await choosing();
  const workflow = connectionId(tenant, id);
  const { runId } = await handle(workflow).describe();
  for (let batch = 0; batch < 16; batch++)
    await Promise.all(Array.from({ length: 100 }, () => handle(workflow).signal(changed)));
  await eventually(async () => (await handle(workflow).describe()).runId !== runId, {
    what: 'a new run',
  });
  expect((await handle(workflow).query(waiting)).for).toContain('choose');
  const { searchAttributes, historyLength } = await handle(workflow).describe();
  expect(searchAttributes).toMatchObject({ State: ['choosing'], ConnectionId: [id], TenantId: [tenant] });
  expect(historyLength).toBeLessThan(1_500);
});
