import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { catchUp } from '../../db/control/workflows/catch-up.ts';
import { claim } from '../../db/control/workflows/claim.ts';
import { entriesAfter } from '../../db/control/workflows/entries-after.ts';
import { leave } from '../../db/control/workflows/leave.ts';
import { markSent } from '../../db/control/workflows/mark-sent.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { unsent } from '../../db/control/workflows/unsent.ts';
import { want } from '../../db/control/workflows/want.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

let fresh: FreshControl;
beforeAll(async () => {
  fresh = await freshControl();
});
afterAll(() => fresh.close());

const tenant = v7();
const due = () => new Date(Date.now() - 1_000);
const later = () => new Date(Date.now() + 60_000);

async function target(dueAt: Date = due()) {
  const id = `publish:${tenant}:${v7()}`;
  return { id, revision: (await want(fresh.control, { id, tenant, dueAt })) ?? 0 };
}

test('of many attempts at one target, in as many statements at once, one gets it', async () => {
  const { id, revision } = await target();
  const attempts = Array.from({ length: 12 }, () => v7());
  const answers = await Promise.all(attempts.map((attempt) => claim(fresh.control, [{ id, revision, attempt }])));
  const winners = answers.flatMap((answer) => [...answer]);
  expect(winners).toHaveLength(1);
  expect((await readEntry(fresh.control, id))?.claimedBy).toBe(winners[0]);
});

test('of two attempts at one target in the same batch, one gets it', async () => {
  const { id, revision } = await target();
  const [one, two] = [v7(), v7()];
  const claimed = await claim(fresh.control, [
    { id, revision, attempt: one },
    { id, revision, attempt: two },
  ]);
  expect([...claimed]).toEqual([(await readEntry(fresh.control, id))?.claimedBy]);
});

test('a batch takes what may be taken and leaves the rest', async () => {
  const [ready, early, changed] = [await target(), await target(later()), await target()];
  await want(fresh.control, { id: changed.id, tenant });
  const parked = [ready, early, changed].map((entry) => ({ ...entry, attempt: v7() }));
  expect([...(await claim(fresh.control, parked))]).toEqual([parked[0]?.attempt]);
});

test('batches that overlap, in whatever order, all end, and every target goes to one of them', async () => {
  const targets = await Promise.all(Array.from({ length: 300 }, () => target()));
  const shuffled = () => targets.map((entry) => ({ ...entry, attempt: v7() })).sort(() => Math.random() - 0.5);
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claim(fresh.control, shuffled())));
  expect(claimed.reduce((sum, { size }) => sum + size, 0)).toBe(300);
});

test('a claim before the due time is refused', async () => {
  const { id, revision } = await target(later());
  expect(await claim(fresh.control, [{ id, revision, attempt: v7() }])).toEqual(new Set());
  await want(fresh.control, { id, tenant, dueAt: due() });
  expect((await claim(fresh.control, [{ id, revision: revision + 1, attempt: v7() }])).size).toBe(1);
});

test('a target without a due time is never claimed', async () => {
  const { id } = await target();
  const revision = (await want(fresh.control, { id, tenant, dueAt: null })) ?? 0;
  expect(await claim(fresh.control, [{ id, revision, attempt: v7() }])).toEqual(new Set());
});

test('what was parked for an older revision claims nothing', async () => {
  const { id, revision } = await target();
  expect(await want(fresh.control, { id, tenant })).toBe(revision + 1);
  expect(await claim(fresh.control, [{ id, revision, attempt: v7() }])).toEqual(new Set());
});

test('once claimed, nothing more can be wanted, until a proven refusal releases it', async () => {
  const { id, revision } = await target();
  const attempt = v7();
  await claim(fresh.control, [{ id, revision, attempt }]);
  expect(await want(fresh.control, { id, tenant, dueAt: later() })).toBeUndefined();
  expect(await releaseClaim(fresh.control, id, v7())).toBe(false);
  expect(await releaseClaim(fresh.control, id, attempt)).toBe(true);
  expect(await want(fresh.control, { id, tenant })).toBe(revision + 1);
});

test('of a change and a claim at the same moment, exactly one succeeds', async () => {
  const race = async () => {
    const { id, revision } = await target();
    const [wanted, claimed] = await Promise.all([
      want(fresh.control, { id, tenant }),
      claim(fresh.control, [{ id, revision, attempt: v7() }]),
    ]);
    return Number(wanted !== undefined) + claimed.size;
  };
  expect(new Set(await Promise.all(Array.from({ length: 50 }, race)))).toEqual(new Set([1]));
});

test('a claim that waited for a change in progress sees what was changed', async () => {
  const { id, revision } = await target();
  const claiming = await whileChanging(id, () => claim(fresh.control, [{ id, revision, attempt: v7() }]));
  expect(claiming).toEqual(new Set());
});

test('an entry that left and comes back is not given a revision that it had', async () => {
  const { id, revision } = await target();
  expect(await leave(fresh.control, id, revision)).toBe(true);
  expect(await want(fresh.control, { id, tenant, dueAt: due(), above: revision })).toBe(revision + 1);
  expect(await claim(fresh.control, [{ id, revision, attempt: v7() }])).toEqual(new Set());
});

test('an entry found behind its row is not claimed for what was wanted of it before, when somebody wanted something since', async () => {
  const { id, revision } = await target();
  const claimed = { by: v7(), at: new Date() };
  const row = { id, revision: revision + 1, dueAt: due(), claim: claimed };
  await want(fresh.control, { id, tenant });
  await catchUp(fresh.control, row, revision);
  expect(await readEntry(fresh.control, id)).toMatchObject({ wanted: revision + 1, claimedBy: null });
  await catchUp(fresh.control, row, revision + 1);
  expect(await readEntry(fresh.control, id)).toMatchObject({ wanted: revision + 1, claimedBy: claimed.by });
});

test('an entry stays when somebody wanted something since it was looked at', async () => {
  const { id, revision } = await target();
  await want(fresh.control, { id, tenant });
  expect(await leave(fresh.control, id, revision)).toBe(false);
  expect(await leave(fresh.control, id, revision + 1)).toBe(true);
  expect(await leave(fresh.control, id, revision + 1)).toBe(true);
  expect(await readEntry(fresh.control, id)).toBeUndefined();
});

test('leaving waits for a change in progress, and stays', async () => {
  const { id, revision } = await target();
  expect(await whileChanging(id, () => leave(fresh.control, id, revision))).toBe(false);
});

test('the relay finds what was wanted and not sent, and sending goes forward only', async () => {
  const { id, revision } = await target();
  const found = async (olderThanMs: number) =>
    (await unsent(fresh.control, { olderThanMs, limit: 1_000 })).find((entry) => entry.id === id);
  expect(await found(60_000)).toBeUndefined();
  expect(await found(0)).toEqual({ id, wanted: revision });
  await markSent(fresh.control, id, revision);
  expect(await found(0)).toBeUndefined();
  await want(fresh.control, { id, tenant });
  await markSent(fresh.control, id, revision);
  expect(await found(0)).toEqual({ id, wanted: revision + 1 });
  await markSent(fresh.control, id, revision + 1);
  await markSent(fresh.control, id, revision);
  expect((await readEntry(fresh.control, id))?.sent).toBe(revision + 1);
});

test('the reconciler reads every entry once, page by page', async () => {
  const made = await Promise.all(Array.from({ length: 7 }, () => target()));
  const seen: string[] = [];
  for (
    let page = await entriesAfter(fresh.control, '', 3);
    page.length;
    page = await entriesAfter(fresh.control, seen.at(-1) ?? '', 3)
  )
    seen.push(...page.map(({ id }) => id));
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
});

test('the API may want and mark sent; the control database tells it neither a key nor a worker password', async () => {
  const api = connectControl(fresh.apiUrl, { maxConnections: 1 });
  try {
    const id = `connection:${tenant}:${v7()}`;
    expect(await want(api, { id, tenant })).toBe(1);
    await markSent(api, id, 1);
    await expect(api.selectFrom('tenant_keys').selectAll().execute()).rejects.toThrow('permission denied');
    await expect(api.selectFrom('tenants').select('worker_password_sealed').execute()).rejects.toThrow(
      'permission denied',
    );
    await expect(api.updateTable('tenants').set({ state: 'active' }).execute()).rejects.toThrow('permission denied');
  } finally {
    await api.destroy();
  }
});

test('the worker reads neither passwords nor sessions of people', async () => {
  for (const table of ['people', 'sessions', 'api_keys', 'memberships'] as const)
    await expect(fresh.control.selectFrom(table).selectAll().execute(), table).rejects.toThrow('permission denied');
});

/** Changes a target in a transaction that stays open until something waits for it; meanwhile `work` is done. */
async function whileChanging<T>(id: string, work: () => Promise<T>): Promise<T> {
  const changed = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const changing = fresh.control.transaction().execute(async (trx) => {
    await want(trx, { id, tenant });
    changed.resolve();
    await mayCommit.promise;
  });
  await changed.promise;
  const working = work();
  await expect.poll(awaitedLocks).toBe(1);
  mayCommit.resolve();
  await changing;
  return working;
}

async function awaitedLocks(): Promise<number> {
  const { rows } = await sql`
    select from pg_locks join pg_stat_activity using (pid)
    where not granted and datname = current_database()`.execute(fresh.control);
  return rows.length;
}
