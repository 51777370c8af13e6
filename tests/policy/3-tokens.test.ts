import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { type GraphAnswer, GraphClient } from '../../activities/graph/client.ts';
import { type Connected, connect } from '../connection/connected.ts';
import { type Life, live, skippingServer } from '../connection/long-life.ts';
import { goWrong, killTokens, newPerson, type Person, setClock, takeRole } from '../connection/person.ts';
import { appId, appSecret, connectionPlace, type Place } from '../connection/place.ts';

const dayMs = 86_400_000;

let place: Place;
let skipping: TestWorkflowEnvironment;
let person: Person;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  [place, skipping] = await Promise.all([connectionPlace(), skippingServer()]);
  act = connectionActivities(place.parts);
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
});
afterAll(async () => {
  await skipping?.teardown();
  await place?.close();
});

const credentials = ({ tenant }: { tenant: string }) =>
  place.parts.tenants.use(tenant, (db) => db.selectFrom('credentials').selectAll().orderBy('kind', 'desc').execute());
const notices = ({ tenant }: { tenant: string }) =>
  place.parts.tenants.use(tenant, (db) => db.selectFrom('notices').selectAll().orderBy('created_at').execute());

/** Whether the Page can be used with the token that is kept for it. */
async function pageWorks(it: { tenant: string }): Promise<boolean> {
  const kept = (await credentials(it)).find(({ kind }) => kind === 'page');
  if (!kept?.token_sealed) return false;
  const context = { tenant: it.tenant, table: 'credentials', row: kept.id, column: 'token_sealed' };
  const token = await place.parts.vault.open(context, kept.token_sealed);
  const call = { method: 'GET', path: `/${person.pages[0]?.id}`, token, fields: ['id', 'name'] } as const;
  return (await place.parts.graph.call(call)).ok;
}

test('3.4 a long-lived token is refreshed by itself, each time before it ends', async () => {
  const leftMs: number[] = [];
  const life = await live(place, skipping, {
    person,
    days: 150,
    after: async ({ name, nowMs }, life: Life) => {
      if (name !== 'keepUp') return;
      const [user] = await credentials(life);
      leftMs.push(Number(user?.expires_at) - nowMs);
    },
  });
  expect(life.of('refreshToken').map(({ outcome }) => outcome)).toEqual(['refreshed', 'refreshed', 'refreshed']);
  expect(leftMs.length).toBeGreaterThan(140);
  expect(Math.min(...leftMs)).toBeGreaterThan(9 * dayMs);
  expect(await notices(life)).toEqual([]);
});

test('3.4 where Meta does not renew a token, the person is asked in time, and the Page goes on', async () => {
  await place.simulator.switches({ exchangeExtends: false });
  const life = await live(place, skipping, { person, days: 75 });
  const [user, page] = await credentials(life);
  const endsMs = life.beganMs + 60 * dayMs;
  const ahead = (await notices(life)).filter(({ words }) => words.includes('within'));
  const asked = ahead.map(({ words, created_at }) => ({ words, daysAhead: (endsMs - created_at.getTime()) / dayMs }));
  // At once when the first refresh, at 78 to 82 % of 60 days, has shown it; then at their times.
  expect(asked).toEqual([
    { words: expect.stringMatching(/ends within 1[1-4] days/), daysAhead: expect.closeTo(12, -0.5) },
    { words: expect.stringContaining('ends within 7 days'), daysAhead: expect.closeTo(7, 2) },
    { words: expect.stringContaining('ends within a day'), daysAhead: expect.closeTo(1, 2) },
  ]);
  expect(user).toMatchObject({ health: 'dead', token_sealed: null });
  expect(page).toMatchObject({ health: 'alive' });
  expect(await pageWorks(life)).toBe(true);
});

test("3.4 where only a person can keep Instagram's data in sight, the person is asked 14, 7 and 1 day ahead", async () => {
  const withInstagram = await newPerson(place.simulator, [{ name: 'Bread', instagram: { username: 'bread' } }]);
  const life = await live(place, skipping, { person: withInstagram, days: 92 });
  const asked = (await notices(life)).map(({ words, created_at }) => ({
    words,
    daysAhead: 90 - (created_at.getTime() - life.beganMs) / dayMs,
  }));
  expect(asked).toEqual([
    { words: expect.stringContaining('within 14 days'), daysAhead: expect.closeTo(14, 2) },
    { words: expect.stringContaining('within 7 days'), daysAhead: expect.closeTo(7, 2) },
    { words: expect.stringContaining('within a day'), daysAhead: expect.closeTo(1, 2) },
    { words: expect.stringContaining('no longer shows'), daysAhead: expect.closeTo(0, 2) },
  ]);
});

test('3.4 a fresh token replaces the old one only when Meta itself says that it is good', async () => {
  const it = await connect(place, await place.control.tenant(), person);
  const before = await credentials(it);
  const nowMs = Date.now() + 48 * dayMs;
  await setClock(place.simulator, 48 * dayMs);
  await goWrong(place.simulator, 'debugToken', 'errorButDone');
  await expect(act.refreshToken({ ...it, nowMs })).rejects.toMatchObject({ nonRetryable: false });
  expect(await credentials(it)).toEqual(before);
  expect(await act.refreshToken({ ...it, nowMs })).toBe('refreshed');
});

/** Says of every token but one what a test makes it say. */
class Doubting extends GraphClient {
  trusted = '';
  doubts = {};

  override async callAsApp<T>(call: Parameters<GraphClient['callAsApp']>[0]): Promise<GraphAnswer<T>> {
    const answer = await super.callAsApp<{ data: object }>(call);
    const trusts = !answer.ok || call.params?.input_token === this.trusted;
    const said = trusts ? answer : { ok: true as const, data: { data: { ...answer.data.data, ...this.doubts } } };
    return said as GraphAnswer<T>;
  }
}

test.each([
  ['not valid', { is_valid: false }],
  ['of another app', { app_id: '77' }],
  ["a Page's", { type: 'PAGE' }],
])('3.4 a fresh token of which Meta says that it is %s never replaces the old one', async (_, doubts) => {
  const it = await connect(place, await place.control.tenant(), person);
  const before = (await credentials(it)).map(({ token_sealed }) => token_sealed);
  await setClock(place.simulator, 48 * dayMs);
  const graph = new Doubting({ graphUrl: place.simulator.url, appId, appSecret });
  Object.assign(graph, { trusted: await it.token('user'), doubts });
  const doubting = connectionActivities({ ...place.parts, graph });
  expect(await doubting.refreshToken({ ...it, nowMs: Date.now() + 48 * dayMs })).toBe('renewal-needed');
  expect((await credentials(it)).map(({ token_sealed }) => token_sealed)).toEqual(before);
  await graph.close();
});

/** What is left of the tokens, in whatever column. */
const left = async (it: Connected) => (await credentials(it)).filter(({ token_sealed }) => token_sealed !== null);

test.each([458, 459, 460, 463, 464, 467, 490, 492])(
  '3.5 a token that Meta revoked (190/%d) is discarded, and so are the Page tokens that died with it',
  async (subcode) => {
    const it = await connect(place, await place.control.tenant(), person);
    expect(await left(it)).toHaveLength(2);
    await killTokens(place.simulator, { person: person.id, subcode });
    await act.keepUp({ ...it, nowMs: Date.now() });
    expect(await left(it)).toEqual([]);
    expect((await credentials(it)).map(({ health }) => health)).toEqual(['dead', 'dead']);
    expect(await notices(it)).toMatchObject([{ remedy: expect.any(String) }, { remedy: expect.any(String) }]);
  },
);

test('3.5 a token that expired is discarded, and a Page token that lives is not', async () => {
  const it = await connect(place, await place.control.tenant(), person);
  await setClock(place.simulator, 61 * dayMs);
  await act.keepUp({ ...it, nowMs: Date.now() + 61 * dayMs });
  expect((await left(it)).map(({ kind }) => kind)).toEqual(['page']);
  expect(await pageWorks(it)).toBe(true);
});

test('3.5 a Page token that was revoked is discarded, whatever the login is good for', async () => {
  const it = await connect(place, await place.control.tenant(), person);
  await takeRole(place.simulator, person.id, person.pages[0]?.id ?? '');
  await act.keepUp({ ...it, nowMs: Date.now() });
  expect((await left(it)).map(({ kind }) => kind)).toEqual(['user']);
});

test('3.5 what only says that a token is dead, and is not Meta looking at it, discards nothing', async () => {
  const it = await connect(place, await place.control.tenant(), person);
  const before = await credentials(it);
  await goWrong(place.simulator, 'any', 'refuse', { code: 190, subcode: 460, times: 'always' });
  await expect(act.keepUp({ ...it, nowMs: Date.now() })).rejects.toMatchObject({ nonRetryable: false });
  expect(await credentials(it)).toEqual(before);
});
