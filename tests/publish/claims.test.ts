import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Claims } from '../../activities/publish/claims.ts';
import { claim, type Parked } from '../../db/control/workflows/claim.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { want } from '../../db/control/workflows/want.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';

vi.mock('../../db/control/workflows/claim.ts', { spy: true });

let fresh: FreshControl;
beforeAll(async () => {
  fresh = await freshControl();
});
afterEach(() => vi.mocked(claim).mockClear());
afterAll(() => fresh.close());

async function parked(): Promise<Parked> {
  const [tenant, dueAt] = [v7(), new Date(Date.now() - 1_000)];
  const id = `publish:${tenant}:${v7()}`;
  return { id, revision: (await want(fresh.control, { id, tenant, dueAt })) ?? 0, attempt: v7() };
}

const many = (count: number) => Promise.all(Array.from({ length: count }, parked));

const staying = new AbortController().signal;

const batches = () => vi.mocked(claim).mock.calls.map(([, batch]) => batch.length);

test('of many that ask at one instant some call while the others are claimed, and each is told of its own', async () => {
  const attempts = await many(450);
  const claims = new Claims(fresh.control, staying);
  const asked = attempts.map((one) => claims.claim(one));
  await Promise.race(asked);
  expect(batches().length).toBeLessThan(3);
  expect(await Promise.all(asked)).toEqual(attempts.map(() => expect.any(Number)));
  expect(batches()).toEqual([200, 200, 50]);
  const holders = await Promise.all(attempts.map(({ id }) => readEntry(fresh.control, id)));
  expect(holders.map((entry) => entry?.claimedBy)).toEqual(attempts.map(({ attempt }) => attempt));
});

test('a claim is as old as its own statement, however long those before it took', async () => {
  const attempts = await many(201);
  const answered = Promise.withResolvers<Set<string>>();
  vi.mocked(claim).mockReturnValueOnce(answered.promise);
  const claims = new Claims(fresh.control, staying);
  const asked = attempts.map((one) => claims.claim(one));
  await expect.poll(batches).toEqual([200]);
  const freedAtMs = performance.now();
  answered.resolve(new Set());
  expect(await asked[0]).toBeUndefined();
  expect(await asked[200]).toBeGreaterThanOrEqual(freedAtMs);
});

test('when a statement fails those that wait behind it fail with it, and what is asked afterwards is claimed', async () => {
  const attempts = await many(250);
  vi.mocked(claim).mockRejectedValueOnce(new Error('the connection is gone'));
  const claims = new Claims(fresh.control, staying);
  const answers = await Promise.allSettled(attempts.map((one) => claims.claim(one)));
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(250);
  expect(batches()).toEqual([200]);
  expect(await Promise.all(attempts.map((one) => claims.claim(one)))).toEqual(attempts.map(() => expect.any(Number)));
});

test('when the worker goes down those that were not asked for yet give way', async () => {
  const attempts = await many(250);
  const goingDown = new AbortController();
  const answered = Promise.withResolvers<Set<string>>();
  vi.mocked(claim).mockReturnValueOnce(answered.promise);
  const claims = new Claims(fresh.control, goingDown.signal);
  const asked = Promise.allSettled(attempts.map((one) => claims.claim(one)));
  await expect.poll(batches).toEqual([200]);
  goingDown.abort();
  answered.resolve(new Set(attempts.map(({ attempt }) => attempt)));
  const answers = await asked;
  expect(answers.slice(0, 200)).toEqual(
    Array.from({ length: 200 }, () => ({ status: 'fulfilled', value: expect.any(Number) })),
  );
  expect(answers.slice(200)).toEqual(
    Array.from({ length: 50 }, () => ({ status: 'rejected', reason: expect.objectContaining({ type: 'GaveWay' }) })),
  );
});
