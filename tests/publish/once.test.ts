import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { type Entry, openAgain, openEntry, openOnce } from '../../db/tenant/ledger/open.ts';
import { countReads, noteRead } from '../../db/tenant/ledger/witness-reads.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => own.inTenant(work);

const aTarget = async (state: Parameters<typeof seedTarget>[1] = 'published'): Promise<string> =>
  (await inTenant((db) => seedTarget(db, state))).target;

const call = (target: string, step: 'comment' | 'commit'): Entry => ({
  ...{ id: uuidv7(), target, step, revision: 1, contentHash: Buffer.alloc(32), status: 'open' },
});

test('of attempts that come at the same moment to write the first comment one may', async () => {
  const target = await aTarget();
  const attempts = Array.from({ length: 4 }, () => call(target, 'comment'));
  const outcomes = await Promise.all(attempts.map((entry) => inTenant((db) => openOnce(db, entry))));
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  const [first] = attempts.filter((_, index) => outcomes[index]);
  await inTenant((db) => closeEntry(db, first?.id ?? '', { status: 'refused' }));
  expect(await inTenant((db) => openOnce(db, call(target, 'comment')))).toBe(true);
});

/** A commit of which nobody heard what it did. */
async function unheard(state: 'committing' | 'armed' | 'published' = 'committing') {
  const target = await aTarget(state);
  const claim = call(target, 'commit');
  await inTenant((db) => openEntry(db, claim));
  await inTenant((db) => closeEntry(db, claim.id, { status: 'unknown' }));
  const again = (o: { once: boolean }) =>
    inTenant((db) =>
      openAgain(db, call(target, 'commit'), { claimedBy: claim.id, claimedAt: new Date(0), wanted: 1, ...o }),
    );
  return { target, claim, again };
}

test('of attempts that come at the same moment to repeat a commit one may, and none after it', async () => {
  const { again } = await unheard();
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => again({ once: true })));
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(await again({ once: true })).toBe(false);
  // What cannot be published twice may be called any number of times.
  expect([await again({ once: false }), await again({ once: false })]).toEqual([true, true]);
});

test.each([true, false])(
  'a commit is not repeated once somebody has found out what became of it, or decided anew (once: %s)',
  async (once) => {
    for (const state of ['published', 'armed'] as const)
      expect(await (await unheard(state)).again({ once })).toBe(false);
    const { target, again } = await unheard();
    await inTenant((db) => db.updateTable('targets').set({ revision: 2 }).where('id', '=', target).execute());
    expect(await again({ once })).toBe(false);
  },
);

test('a look counts as of when Meta was asked, however late it is noted', async () => {
  const { claim } = await unheard();
  const count = (agoMs: number) => inTenant((db) => countReads(db, claim.id, 'not-live', new Date(Date.now() - agoMs)));
  await inTenant((db) => noteRead(db, { ledger: claim.id, seen: 'not-live', ageMs: 60_000 }));
  expect([await count(30_000), await count(90_000)]).toEqual([0, 1]);
});

test('that an object is gone counts since it was seen last', async () => {
  const { claim } = await unheard();
  const long = new Date(0);
  const looks = [
    ['gone', 1],
    ['processing', 0],
    ['gone', 1],
    ['no-answer', 1],
    ['gone', 2],
    ['not-live', 0],
  ] as const;
  for (const [seen, gone] of looks) {
    await inTenant((db) => noteRead(db, { ledger: claim.id, seen, ageMs: 0 }));
    expect(await inTenant((db) => countReads(db, claim.id, 'gone', long))).toBe(gone);
  }
  expect(await inTenant((db) => countReads(db, claim.id, 'not-live', long))).toBe(1);
});
