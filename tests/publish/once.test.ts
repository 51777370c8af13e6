import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { type Entry, openEntry, openOnce } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type FreshTenant, freshTenant } from '../stack/fresh-tenant.ts';
import { seedTarget } from './seed-target.ts';

let own: FreshTenant;

beforeAll(async () => {
  own = await freshTenant();
});
afterAll(() => own?.close());

const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => own.inTenant(work);

const aTarget = async (): Promise<string> => (await inTenant((db) => seedTarget(db, 'published'))).target;

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

test('of attempts that come at the same moment to repeat a commit one may, and none after it', async () => {
  const target = await aTarget();
  const claim = call(target, 'commit');
  await inTenant((db) => openEntry(db, claim));
  await inTenant((db) => closeEntry(db, claim.id, { status: 'unknown' }));
  const since = { claimedBy: claim.id, claimedAt: new Date(0) };
  const attempts = Array.from({ length: 4 }, () => call(target, 'commit'));
  const outcomes = await Promise.all(attempts.map((entry) => inTenant((db) => openOnce(db, entry, since))));
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(await inTenant((db) => openOnce(db, call(target, 'commit'), since))).toBe(false);
});
