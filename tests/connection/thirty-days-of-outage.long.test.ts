import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphClient } from '../../activities/graph/client.ts';
import { type Life, live, skippingServer } from './long-life.ts';
import { newPerson } from './person.ts';
import { appId, appSecret, connectionPlace, type Place } from './place.ts';

const outage = { fromDay: 20, toDay: 50 };
const impatientMs = 150;

/** Every way in which Meta may be down, day after day. A token called dead proves nothing unless `debug_token` says so of that token. */
const faults = [
  { then: 'errorButDone' },
  { then: 'resetBefore' },
  { then: 'slow', delayMs: 4 * impatientMs },
  { then: 'refuse', status: 503, code: 2 },
  { then: 'rateLimited', code: 4, regainMinutes: 10 },
  { then: 'rateLimited', code: 80_001, regainMinutes: 240 },
  { then: 'refuse', code: 424_242 },
  { then: 'refuse', code: 1, subcode: 99 },
  { then: 'dropAnswer' },
  { then: 'refuse', status: 500, code: 190, subcode: 460 },
  { then: 'refuse', code: 190, subcode: 460 },
  { then: 'badRequestButDone' },
];

let place: Place;
let skipping: TestWorkflowEnvironment;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  [place, skipping] = await Promise.all([connectionPlace(), skippingServer()]);
});
afterAll(async () => {
  await skipping.teardown();
  await place.close();
});

const rowsOf = ({ tenant }: Life) =>
  place.parts.tenants.use(tenant, async (db) => ({
    credentials: await db.selectFrom('credentials').selectAll().orderBy('id').execute(),
    accounts: await db.selectFrom('accounts').selectAll().orderBy('id').execute(),
    connections: await db.selectFrom('connections').selectAll().execute(),
    notices: await db.selectFrom('notices').selectAll().execute(),
  }));

test('30 days of outage change nothing, though a token is due meanwhile; then it goes on', async () => {
  const person = await newPerson(place.simulator, [{ name: 'Bakery', instagram: { username: 'bread' } }]);
  // So that a slow answer is a time-out without waiting long for one.
  const graph = new GraphClient({ graphUrl: place.simulator.url, appId, appSecret, timeoutMs: impatientMs });
  let today = -1;
  let before: unknown;
  const seen = new Set<string>();
  const life = await live(place, skipping, {
    person,
    days: 53,
    parts: { graph },
    before: async (day, life) => {
      const down = day >= outage.fromDay && day < outage.toDay;
      if (down) {
        before ??= await rowsOf(life);
        expect(await rowsOf(life)).toEqual(before);
        if (Math.floor(day) === today) return;
        today = Math.floor(day);
        const fault = faults[today % faults.length] ?? { then: 'errorButDone' };
        seen.add(JSON.stringify(fault));
        await place.simulator.noFaults();
        await place.simulator.fault({ call: 'any', times: 'always', ...fault });
      } else if (today >= 0) {
        expect(await rowsOf(life)).toEqual(before);
        today = -1;
        before = undefined;
        await place.simulator.noFaults();
      }
    },
  });
  await graph.close();
  expect(seen.size).toBe(faults.length);
  const during = life.steps.filter(({ day }) => day >= outage.fromDay && day < outage.toDay);
  expect(during).toEqual([]);
  const [refreshed, ...more] = life.of('refreshToken');
  expect(refreshed).toMatchObject({ outcome: 'refreshed' });
  expect(refreshed?.day).toBeLessThan(outage.toDay + 0.5);
  expect(more).toEqual([]);
  const { credentials, notices } = await rowsOf(life);
  expect(credentials.map(({ health }) => health)).toEqual(['alive', 'alive', 'alive']);
  expect(notices).toEqual([]);
  expect(Math.max(...life.historyLengths)).toBeLessThan(2_000);
});
