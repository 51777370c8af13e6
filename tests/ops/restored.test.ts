import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notePresence } from '../../db/control/presence.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Targets } from '../../db/tenant/schema.ts';
import { restored } from '../../deploy/ops/restored.ts';
import { beginOperating, type Operator } from './operator.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
let operator: Operator;

beforeAll(async () => {
  operator = await beginOperating();
});
afterAll(() => operator?.close());

const hold = () => restored.run(operator.ops, { words: [], flags: {} });
const rows = <T>(work: (db: TenantDb) => Promise<T>) => operator.ops.tenants.use(operator.tenant, work);

type Asking = Pick<Targets, 'held_for'> & { choices?: string[] };

/** @param dueInMs null: without a time */
async function target(state: Targets['state'], dueInMs: number | null, asking?: Asking): Promise<string> {
  const [post, id] = [uuidv7(), uuidv7()];
  const publish_at = dueInMs === null ? null : new Date(Date.now() + dueInMs);
  await rows(async (db) => {
    await db.insertInto('posts').values({ id: post, text: 'a', publish_at, created_by: post }).execute();
    const values = { id, post, account: operator.account, kind: 'feed' as const, state, ...asking };
    await db.insertInto('targets').values(values).execute();
  });
  return id;
}

const read = (id: string) =>
  rows((db) => db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

const logged = () =>
  rows((db) => db.selectFrom('audit_log').select('id').where('action', '=', 'posts.held-after-restore').execute());

const asks = {
  ...{ state: 'held', held_for: 'outcome', choices: ['live', 'publishAgain'], diagnostic: null },
  reason: expect.stringContaining('restored from a backup'),
};

test('what was to be out by now and was not called for is held, however long ago its time was, and nothing else', async () => {
  const due = [
    await target('scheduled', -60_000),
    await target('armed', -hourMs),
    await target('preparing', -3 * dayMs),
    // Tried again by a person long after its time.
    await target('scheduled', -300 * dayMs),
    await target('scheduled', null),
  ];
  const others = [
    await target('scheduled', hourMs),
    await target('draft', -hourMs),
    await target('draft', null),
    await target('committing', -hourMs),
    await target('published', -hourMs),
    await target('failed', -hourMs, { held_for: null, choices: ['retry', 'cancel'] }),
    await target('canceled', -hourMs),
  ];
  const before = await Promise.all(others.map(read));
  const { exit, json } = await hold();
  expect([exit, json]).toMatchObject([0, { held: 5, tenants: [{ tenant: operator.tenant, held: 5 }] }]);
  for (const id of due) expect(await read(id)).toMatchObject(asks);
  expect(await Promise.all(others.map(read))).toEqual(before);
  expect(await logged()).toHaveLength(1);
  expect((await hold()).json).toMatchObject({ held: 0, tenants: [] });
  expect(await logged()).toHaveLength(1);
});

test('what waited for a login or an answer past its time may be out after either, and asks', async () => {
  const choices = ['retry', 'cancel'];
  const due = [
    await target('held', -hourMs, { held_for: 'authorization', choices }),
    await target('held', -3 * dayMs, { held_for: 'overdue', choices }),
    await target('held', null, { held_for: 'authorization', choices }),
  ];
  const others = [
    await target('held', hourMs, { held_for: 'authorization', choices }),
    await target('held', -hourMs, { held_for: 'outcome', choices: ['live', 'publishAgain'] }),
  ];
  const before = await Promise.all(others.map(read));
  expect((await hold()).json).toMatchObject({ held: 3 });
  for (const id of due) expect(await read(id)).toMatchObject(asks);
  expect(await Promise.all(others.map(read))).toEqual(before);
});

test('what nobody can know here it says', async () => {
  const said = (await hold()).lines.join('\n');
  expect(said).toContain('goes out then, also where it was published early, moved or canceled since');
  expect(said).toContain('Drafts and failed posts are as they were, also where they were published since');
});

test('beside a worker it holds nothing', async () => {
  const waits = await target('scheduled', -hourMs);
  await notePresence(operator.ops.control, 'worker');
  await expect(hold()).rejects.toMatchObject({ exit: 1, next: expect.stringContaining('stop all workers') });
  expect(await read(waits)).toMatchObject({ state: 'scheduled' });
  await sql`update presence set seen_at = seen_at - interval '3 minutes'`.execute(operator.ops.control);
  expect((await hold()).json).toMatchObject({ held: 1 });
});
