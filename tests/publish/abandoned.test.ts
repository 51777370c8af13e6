import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { abandonPrepared } from '../../db/tenant/ledger/close.ts';
import { openArmed, openEntry } from '../../db/tenant/ledger/open.ts';
import { readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { eventually } from '../stack/eventually.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

/** A draft that lies at Meta, between who deletes it and who makes it public: one of them has it. */

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => own.inTenant(work);
const contentHash = Buffer.alloc(32);

/** As it was read before it was to be deleted. */
const draft = () =>
  inTenant(async (db) => {
    const { target } = await seedTarget(db, 'armed');
    const entry = { id: uuidv7(), target, step: 'draft', revision: 1, contentHash, metaId: uuidv7() } as const;
    await openEntry(db, { ...entry, status: 'open' });
    await db.updateTable('ledger').set({ status: 'done' }).where('id', '=', entry.id).execute();
    const [row] = await readLedger(db, target);
    if (!row) throw new Error('There is no draft');
    return { ...row, target, metaId: entry.metaId };
  });

type Draft = Awaited<ReturnType<typeof draft>>;

const arm = (db: TenantDb, { target, metaId }: Draft, revision = 1) =>
  openArmed(db, { id: uuidv7(), target, step: 'commit', revision, contentHash, metaId, status: 'armed' });

const abandon = (of: Draft, wanted = 1) => inTenant((db) => abandonPrepared(db, of, wanted));

/** Something that is written but not committed until another stands still at it. */
async function whileUncommitted<T>(write: (trx: TenantDb) => Promise<unknown>, other: () => Promise<T>): Promise<T> {
  const [written, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const writing = inTenant((db) =>
    db.transaction().execute(async (trx) => {
      await write(trx);
      written.resolve();
      await letGo.promise;
    }),
  );
  await written.promise;
  const done = other();
  try {
    await eventually(() => inTenant(isSomebodyHeldUp), { what: 'the other to stand still', everyMs: 20 });
  } finally {
    letGo.resolve();
    await writing;
  }
  return done;
}

const isSomebodyHeldUp = async (db: TenantDb): Promise<boolean> => {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows.length > 0;
};

test('what a commit is being armed for is not taken for a leftover', async () => {
  const one = await draft();
  const isTaken = await whileUncommitted(
    (trx) => arm(trx, one),
    () => abandon(one),
  );
  expect(isTaken).toBe(false);
});

test('for what is being taken for a leftover no commit is armed', async () => {
  const one = await draft();
  const isArmed = await whileUncommitted(
    (trx) => trx.updateTable('ledger').set({ status: 'abandoned' }).where('id', '=', one.id).execute(),
    () => inTenant((db) => arm(db, one)),
  );
  expect(isArmed).toBe(false);
});

test('what was armed for an older revision keeps nothing, since it can claim nothing any more', async () => {
  const one = await draft();
  expect(await inTenant((db) => arm(db, one, 1))).toBe(true);
  expect(await abandon(one, 1)).toBe(false);
  expect(await abandon(one, 2)).toBe(true);
  expect(await inTenant((db) => arm(db, one, 2))).toBe(false);
});

test('what a commit may have made public is not taken for a leftover', async () => {
  for (const status of ['open', 'unknown', 'done'] as const) {
    const one = await draft();
    await inTenant(async (db) => {
      await arm(db, one, 1);
      await db
        .updateTable('ledger')
        .set({ status })
        .where('target', '=', one.target)
        .where('step', '=', 'commit')
        .execute();
    });
    expect([status, await abandon(one, 2)]).toEqual([status, false]);
  }
});
