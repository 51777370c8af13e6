import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../deploy/config.ts';
import { OpsFailure } from '../../deploy/ops/command.ts';
import { type Ops, openOps } from '../../deploy/ops/open.ts';
import { restored } from '../../deploy/ops/restored.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

const hourMs = 3_600_000;
let fresh: FreshControl;
let ops: Ops;
let tenant: string;
let account: string;

beforeAll(async () => {
  fresh = await freshControl();
  tenant = await fresh.tenant();
  const config = readConfig('ops', {
    ...{ DATABASE_URL: fresh.provisionerUrl, WORKER_DATABASE_URL: fresh.workerUrl },
    ...{ MASTER_KEY: fresh.masterKey, CATALOGUE_KEY: fresh.catalogueKey },
    ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', META_APP_ID: '1', META_APP_SECRET: 'a-secret-of-16-or-more' },
    META_GRAPH_URL: 'http://127.0.0.1:1',
  });
  ops = await openOps(config);
  account = await connected();
});
afterAll(async () => {
  await ops.close();
  await fresh.close();
});

const hold = (since: Date) => restored.run(ops, { words: [since.toISOString()], flags: {} });

async function connected(): Promise<string> {
  const [connection, id] = [uuidv7(), uuidv7()];
  await ops.tenants.use(tenant, async (db) => {
    await db
      .insertInto('connections')
      .values({ id: connection, meta_user_id: '1', state: 'connected', created_by: connection })
      .execute();
    const page = { platform: 'facebook', meta_id: '1', page_meta_id: '1', name: 'Page' } as const;
    await db
      .insertInto('accounts')
      .values({ id, connection, ...page })
      .execute();
  });
  return id;
}

async function target(state: 'scheduled' | 'armed' | 'committing' | 'published', dueInMs: number): Promise<string> {
  const [post, id] = [uuidv7(), uuidv7()];
  const publish_at = new Date(Date.now() + dueInMs);
  await ops.tenants.use(tenant, async (db) => {
    await db.insertInto('posts').values({ id: post, text: 'a', publish_at, created_by: post }).execute();
    await db.insertInto('targets').values({ id, post, account, kind: 'feed', state }).execute();
  });
  return id;
}

const read = (id: string) =>
  ops.tenants.use(tenant, (db) => db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

test('what was due since the backup is held, and nothing else', async () => {
  const due = [await target('scheduled', -hourMs), await target('armed', -60_000)];
  const others = [
    await target('scheduled', hourMs),
    await target('scheduled', -3 * hourMs),
    await target('committing', -hourMs),
    await target('published', -hourMs),
  ];
  const before = await Promise.all(others.map(read));
  const { exit, json } = await hold(new Date(Date.now() - 2 * hourMs));
  expect([exit, json]).toMatchObject([0, { held: 2, tenants: [{ tenant, held: 2 }] }]);
  for (const id of due)
    expect(await read(id)).toMatchObject({
      ...{ state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'] },
      reason: expect.stringContaining('restored from a backup'),
    });
  expect(await Promise.all(others.map(read))).toEqual(before);
  expect((await hold(new Date(Date.now() - 2 * hourMs))).json).toMatchObject({ held: 0 });
});

test('a time that is none, or lies ahead, is refused', async () => {
  for (const word of ['', 'yesterday', '1', '2026', '2026-03-01', '2026-03-01T02:00:00', '2026-13-01T02:00:00Z'])
    await expect(restored.run(ops, { words: [word], flags: {} }), word).rejects.toThrow(OpsFailure);
  await expect(hold(new Date(Date.now() + hourMs))).rejects.toThrow(OpsFailure);
});
