import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { end, giveUp, noCredential, patienceMs } from '../../activities/publish/failing.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => own.inTenant(work);

/** A target that is being prepared, with a login of this health. */
function targetWith(health: 'alive' | 'dead'): Promise<string> {
  return inTenant(async (db) => {
    const { connection, account, target } = await seedTarget(db, 'preparing');
    await sql`insert into credentials (id, connection, account, kind, health, token_sealed, scopes)
      values (${uuidv7()}, ${connection}, ${account}, 'page', ${health}, ${Buffer.alloc(1)},
        '{pages_show_list,pages_read_engagement,pages_manage_posts}')`.execute(db);
    return target;
  });
}

const standing = (target: string) =>
  inTenant((db) =>
    db
      .selectFrom('targets')
      .select(['state', 'held_for as heldFor'])
      .where('id', '=', target)
      .executeTakeFirstOrThrow(),
  );

test('what no login is left for waits for one', async () => {
  const target = await targetWith('dead');
  expect(await inTenant((db) => end(db, { target, wanted: 1 }, noCredential, 0))).toBe(true);
  expect(await standing(target)).toEqual({ state: 'held', heldFor: 'authorization' });
});

test('a dead login holds nothing once another has come: what that resumes is looked for at its coming only', async () => {
  const target = await targetWith('alive');
  expect(await inTenant((db) => end(db, { target, wanted: 1 }, noCredential, 0))).toBe(false);
  expect(await standing(target)).toEqual({ state: 'preparing', heldFor: null });
});

test('what Meta is at work on for a day after its time is given up, and no sooner', async () => {
  const target = await targetWith('alive');
  const why = { reason: 'Still at work.' };
  expect(await inTenant((db) => giveUp(db, { target, wanted: 1 }, patienceMs - 1, why))).toBe(false);
  expect(await standing(target)).toEqual({ state: 'preparing', heldFor: null });
  expect(await inTenant((db) => giveUp(db, { target, wanted: 1 }, patienceMs, why))).toBe(true);
  expect(await standing(target)).toEqual({ state: 'failed', heldFor: null });
});

test('what a living login may not do waits for one that may', async () => {
  const target = await targetWith('alive');
  const denied = { ...noCredential, reaction: 'degrade' } as const;
  expect(await inTenant((db) => end(db, { target, wanted: 1 }, denied, 0))).toBe(true);
  expect(await standing(target)).toEqual({ state: 'held', heldFor: 'authorization' });
});

test('what fails of an older revision says nothing of what was decided since', async () => {
  const target = await targetWith('alive');
  await inTenant((db) => db.updateTable('targets').set({ revision: 2 }).where('id', '=', target).execute());
  const refused = { ...noCredential, reaction: 'permanent' } as const;
  const denied = { ...noCredential, reaction: 'degrade' } as const;
  for (const failure of [refused, denied]) await inTenant((db) => end(db, { target, wanted: 1 }, failure, 0));
  await inTenant((db) => giveUp(db, { target, wanted: 1 }, patienceMs, { reason: 'Too long.' }));
  expect(await standing(target)).toEqual({ state: 'preparing', heldFor: null });
  await inTenant((db) => end(db, { target, wanted: 2 }, refused, 0));
  expect(await standing(target)).toEqual({ state: 'failed', heldFor: null });
});
