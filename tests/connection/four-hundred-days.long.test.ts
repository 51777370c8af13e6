import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepUpAtMs } from '../../activities/connection/keep-up-moment.ts';
import { dayMs, type Life, live, type Plan, skippingServer } from './long-life.ts';
import { newPerson, type Person } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

const days = 400;
const minuteMs = 60_000;

let place: Place;
let skipping: TestWorkflowEnvironment;
let person: Person;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  [place, skipping] = await Promise.all([connectionPlace(), skippingServer()]);
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [{ name: 'Bakery', instagram: { username: 'bread' } }]);
});
afterAll(async () => {
  await skipping.teardown();
  await place.close();
});

/** Days on which Meta is down, each time in a way of its own; twice just when a token is due to be exchanged. */
const outages = [
  { from: 46, to: 50, fault: { then: 'errorButDone' } },
  { from: 129.5, to: 133, fault: { then: 'resetBefore' } },
  { from: 270, to: 273, fault: { then: 'rateLimited', code: 4, regainMinutes: 5 } },
];
const outageOn = (day: number) => outages.find(({ from, to }) => day >= from && day < to);

/** The person logs in again so many days before Instagram's data end; Meta is down three times, and nothing changes by it. */
function plan(logsInDaysAhead: number): Plan {
  let now: ReturnType<typeof outageOn>;
  let before: unknown;
  return {
    person,
    days,
    before: async (day, life) => {
      const outage = outageOn(day);
      if (outage === now) return;
      if (now) expect(await rowsOf(life)).toEqual(before);
      before = await rowsOf(life);
      now = outage;
      await place.simulator.noFaults();
      if (outage) await place.simulator.fault({ call: 'any', times: 'always', ...outage.fault });
    },
    after: async ({ asked, nowMs, day }, { logIn }) => {
      if (asked?.what === 'data-access' && asked.daysLeft <= logsInDaysAhead && !outageOn(day)) await logIn(nowMs);
    },
  };
}

/** What Meta's answers decide. */
const rowsOf = ({ tenant }: Life) =>
  place.parts.tenants.use(tenant, async (db) => ({
    credentials: await db.selectFrom('credentials').selectAll().orderBy('id').execute(),
    accounts: await db.selectFrom('accounts').selectAll().orderBy('id').execute(),
    connections: await db.selectFrom('connections').select(['id', 'state', 'since', 'reason', 'missing']).execute(),
  }));
const healths = async (life: Life, kind: 'user' | 'page') =>
  (await rowsOf(life)).credentials.filter((one) => one.kind === kind).map(({ health }) => health);

/** What holds in every mode. */
async function expectLongLife(life: Life): Promise<void> {
  const [, ...again] = life.of('renewPageTokens');
  expect(again.length, 'logins after the first').toBeGreaterThanOrEqual(4);
  expect(life.historyLengths.length, 'runs').toBeGreaterThan(1);
  expect(Math.max(...life.historyLengths)).toBeLessThan(2_000);
  expect(await healths(life, 'page')).toEqual(['alive', 'alive']);
  expectNoDrift(life);
}

/**
 * Every look comes at the same time of the day, but on the days on which Meta was down. The first day does not count: its look is due by when
 * the row was made, and the server's clock has run ahead of the database's by the lives before.
 */
function expectNoDrift(life: Life): void {
  const looks = life.of('keepUp').filter(({ day }) => day >= 1);
  expect(looks.length).toBeGreaterThan(385);
  for (const { day, nowMs } of looks) {
    if (outageOn(day) || outageOn(day - 1)) continue;
    const lateMs = nowMs - keepUpAtMs(life.connection, nowMs - dayMs);
    expect(lateMs, `on day ${day}`).toBeLessThan(10 * minuteMs);
    expect(lateMs, `on day ${day}`).toBeGreaterThanOrEqual(0);
  }
}

const asksFor = (life: Life, what: string) =>
  life.of('askForRenewal').flatMap(({ asked }) => (asked?.what === what ? [asked.daysLeft] : []));

const patience = { timeout: 300_000 };

test('400 days where Meta extends: every token is exchanged at 80 % of its life', patience, async () => {
  const life = await live(place, skipping, plan(7));
  await expectLongLife(life);
  expect(await healths(life, 'user')).toEqual(['alive']);
  const obtained = life.steps.filter(({ name }) => name === 'refreshToken' || name === 'renewPageTokens');
  const exchanges = obtained.flatMap(({ name, outcome, day }, n) =>
    name === 'refreshToken' ? [{ outcome, day, afterDays: day - (obtained[n - 1]?.day ?? 0) }] : [],
  );
  expect(exchanges.length).toBeGreaterThanOrEqual(4);
  for (const { outcome, day, afterDays } of exchanges) {
    expect(outcome).toBe('refreshed');
    expect(afterDays, `on day ${day}`).toBeGreaterThan(46.5);
    expect(afterDays, `on day ${day}`).toBeLessThan(outageOn(day - 1) ? 51 : 49.5);
  }
  expect(asksFor(life, 'login')).toEqual([]);
});

test('400 days where Meta does not extend: the owner is asked in time, and the Pages go on', patience, async () => {
  await place.simulator.switches({ exchangeExtends: false });
  const life = await live(place, skipping, plan(1));
  await expectLongLife(life);
  const outcomes = new Set(life.of('refreshToken').map(({ outcome }) => outcome));
  expect(outcomes).toEqual(new Set(['renewal-needed', 'dead']));
  const asks = asksFor(life, 'login').join(' ');
  // At 80 % of 60 days, give or take the jitter; once Meta was down at that time, for up to two days more.
  expect(asks).toMatch(/^((9|1[0-4]) 7 1 ?(0 )?){4}/);
  expect(asksFor(life, 'data-access').slice(0, 6)).toEqual([14, 7, 1, 14, 7, 1]);
});

test(
  '400 days of a login that never ends: nothing is exchanged, and for Instagram a person is asked',
  patience,
  async () => {
    await place.simulator.switches({ tokenNeverExpires: true });
    const life = await live(place, skipping, plan(7));
    await expectLongLife(life);
    expect(await healths(life, 'user')).toEqual(['alive']);
    expect(life.of('refreshToken')).toEqual([]);
    expect(asksFor(life, 'data-access').slice(0, 4)).toEqual([14, 7, 14, 7]);
  },
);
