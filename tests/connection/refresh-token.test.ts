import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { GraphClient } from '../../activities/graph/client.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { connect as connected } from './connected.ts';
import { goWrong, killTokens, newPerson, type Person, setClock } from './person.ts';
import { appId, appSecret, connectionPlace, type Place } from './place.ts';

const dayMs = 86_400_000;

let place: Place;
let tenant: string;
let person: Person;
let connection: string;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
  act = connectionActivities(place.parts);
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [{ name: 'Bakery' }]);
  connection = await connect(person);
});
afterAll(() => place.close());

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);

const connect = async (who: Person) => (await connected(place, tenant, who)).connection;

const refresh = (nowMs = Date.now()) => act.refreshToken({ tenant, connection, nowMs });
const credential = (kind: 'user' | 'page') =>
  rows((db) =>
    db
      .selectFrom('credentials')
      .selectAll()
      .where('connection', '=', connection)
      .where('kind', '=', kind)
      .executeTakeFirstOrThrow(),
  );
const notices = () => rows((db) => db.selectFrom('notices').selectAll().where('subject', '=', connection).execute());

test('a token that is refreshed lives its whole life again, and is due at 80 % of it', async () => {
  const before = await credential('user');
  const nowMs = Date.now() + 48 * dayMs;
  await setClock(place.simulator, 48 * dayMs);
  expect(await refresh(nowMs)).toBe('refreshed');
  const after = await credential('user');
  expect(after.token_sealed).not.toEqual(before.token_sealed);
  expect(Number(after.expires_at) - Number(before.expires_at)).toBeCloseTo(48 * dayMs, -5);
  const share = (Number(after.refresh_at) - nowMs) / (Number(after.expires_at) - nowMs);
  expect(share).toBeGreaterThanOrEqual(0.78);
  expect(share).toBeLessThanOrEqual(0.82);
  expect(after).toMatchObject({ health: 'alive', health_since: before.health_since });
});

test('where Meta does not renew, the old token stays, and the workflow knows by when a person is needed', async () => {
  const before = await credential('user');
  await place.simulator.switches({ exchangeExtends: false });
  const nowMs = Date.now();
  const endsMs = Number(before.expires_at);
  expect(await act.readConnection({ tenant, connection })).toMatchObject({ is: 'connected', refreshedByMs: endsMs });
  expect(await refresh()).toBe('renewal-needed');
  const { health_since } = await credential('user');
  expect(await refresh(nowMs)).toBe('renewal-needed');
  const after = await credential('user');
  expect(after).toMatchObject({
    health: 'renewal-needed',
    health_since,
    token_sealed: before.token_sealed,
    refresh_at: new Date(nowMs + dayMs),
  });
  const facts = await act.readConnection({ tenant, connection });
  expect(facts).toMatchObject({ is: 'connected', renewByMs: endsMs });
  expect(facts).not.toHaveProperty('refreshedByMs');
});

test('where Meta renews a login after all, what was said about its end is taken back, and nothing else', async () => {
  await place.simulator.switches({ exchangeExtends: false });
  await refresh();
  const asking = { tenant, connection, nowMs: Date.now() };
  await act.askForRenewal({ ...asking, what: 'login', daysLeft: 12 });
  await act.askForRenewal({ ...asking, what: 'data-access', daysLeft: 7 });
  await place.simulator.switches({ exchangeExtends: true });
  await setClock(place.simulator, 10 * dayMs);
  expect(await refresh(Date.now() + 10 * dayMs)).toBe('refreshed');
  const open = (await notices()).filter(({ dismissed_at }) => dismissed_at === null);
  expect(open).toMatchObject([{ words: expect.stringContaining("Instagram's data") }]);
});

test('what Meta does not renew is tried again every day until the last, and then when it has ended', async () => {
  await place.simulator.switches({ exchangeExtends: false });
  const endsMs = Number((await credential('user')).expires_at);
  const nextAfter = async (nowMs: number) => {
    await setClock(place.simulator, nowMs - Date.now());
    await refresh(nowMs);
    return Number((await credential('user')).refresh_at);
  };
  expect(await nextAfter(endsMs - 12 * dayMs)).toBe(endsMs - 11 * dayMs);
  expect(await nextAfter(endsMs - 1.5 * dayMs)).toBe(endsMs);
  await place.simulator.switches({ exchangeExtends: true });
  const nowMs = endsMs - 1.4 * dayMs;
  await setClock(place.simulator, nowMs - Date.now());
  expect(await refresh(nowMs)).toBe('refreshed');
  expect(await credential('user')).toMatchObject({ health: 'alive' });
});

test('a refresh of which only the answer was lost is not done twice', async () => {
  await setClock(place.simulator, 48 * dayMs);
  const nowMs = Date.now() + 48 * dayMs;
  expect(await refresh(nowMs)).toBe('refreshed');
  const { token_sealed } = await credential('user');
  expect(await refresh(nowMs)).toBe('refreshed');
  expect(await credential('user')).toMatchObject({ health: 'alive', token_sealed });
});

test('after a refresh the Page tokens are read anew', async () => {
  await killTokens(place.simulator, { person: person.id, page: person.pages[0]?.id ?? '' });
  const before = await credential('page');
  await setClock(place.simulator, 48 * dayMs);
  expect(await refresh(Date.now() + 48 * dayMs)).toBe('refreshed');
  expect((await credential('page')).token_sealed).not.toEqual(before.token_sealed);
});

test('a login without an end is never refreshed', async () => {
  await place.simulator.switches({ tokenNeverExpires: true });
  await act.exchangeCode({ tenant, authorization: await place.returned(tenant, person), nowMs: Date.now() });
  expect(await credential('user')).toMatchObject({ expires_at: null, refresh_at: null });
  expect(await act.readConnection({ tenant, connection })).not.toHaveProperty('refreshAtMs');
});

test.each([
  ['token', 'errorButDone', {}],
  ['token', 'badRequestButDone', {}],
  ['token', 'dropAnswer', {}],
  ['token', 'resetBefore', {}],
  ['token', 'rateLimited', { code: 4, regainMinutes: 2 }],
  ['debugToken', 'errorButDone', {}],
  ['debugToken', 'dropAnswer', {}],
])('a passing fault (%s: %s) changes nothing, and the next attempt refreshes', async (call, how, more) => {
  const before = await credential('user');
  await setClock(place.simulator, 10 * dayMs);
  await goWrong(place.simulator, call, how, more);
  await expect(refresh()).rejects.toMatchObject({ nonRetryable: false });
  expect(await credential('user')).toEqual(before);
  expect(await refresh()).toBe('refreshed');
});

test('a proven dead login is discarded with words; the Page goes on with its own token', async () => {
  await killTokens(place.simulator, { person: person.id, subcode: 463 });
  const page = await credential('page');
  expect(await refresh()).toBe('dead');
  expect(await credential('user')).toMatchObject({
    health: 'dead',
    token_sealed: null,
    diagnostic: { code: 190, subcode: 463 },
  });
  expect(await credential('page')).toEqual(page);
  expect(await notices()).toMatchObject([{ words: expect.stringContaining('expired') }]);
  expect(await refresh()).toBe('dead');
});

test('one answer that calls the token dead is no proof', async () => {
  const before = await credential('user');
  await goWrong(place.simulator, 'token', 'refuse', { code: 190, subcode: 463 });
  await expect(refresh()).rejects.toMatchObject({ nonRetryable: false });
  expect(await credential('user')).toEqual(before);
  await setClock(place.simulator, 10 * dayMs);
  expect(await refresh(Date.now() + 10 * dayMs)).toBe('refreshed');
});

test('where Meta says that it will not exchange a token, the person is needed', async () => {
  const before = await credential('user');
  await goWrong(place.simulator, 'token', 'refuse', { code: 10 });
  expect(await refresh()).toBe('renewal-needed');
  expect(await credential('user')).toMatchObject({ health: 'renewal-needed', token_sealed: before.token_sealed });
});

test('logging in again brings a dead login back to life, and takes back what was said about it', async () => {
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  await refresh();
  await act.exchangeCode({ tenant, authorization: await place.returned(tenant, person), nowMs: Date.now() });
  expect(await credential('user')).toMatchObject({ health: 'alive', diagnostic: null });
  const row = await rows((db) =>
    db.selectFrom('connections').selectAll().where('id', '=', connection).executeTakeFirst(),
  );
  expect(row).toMatchObject({ state: 'discovering', reason: null, remedy: null });
});

test('members are asked in time, once for each of the days', async () => {
  const ask = (daysLeft: number, what: 'login' | 'data-access' = 'login') =>
    act.askForRenewal({ tenant, connection, what, daysLeft, nowMs: Date.now() });
  await ask(14);
  await ask(14);
  await ask(1);
  await ask(7, 'data-access');
  await ask(0, 'data-access');
  expect((await notices()).map(({ words }) => words)).toEqual([
    expect.stringContaining('within 14 days'),
    expect.stringContaining('within a day'),
    expect.stringContaining('stops showing'),
    expect.stringContaining('no longer shows'),
  ]);
});

test("a system user's token is refused with a sentence", async () => {
  const systemUser = { app_id: appId, type: 'SYSTEM_USER', is_valid: true, user_id: '77', scopes: [] };
  const server = createServer((request, response) => {
    const answer = request.url?.includes('debug_token') ? { data: systemUser } : { access_token: 'EAAsystem' };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const graph = new GraphClient({
    graphUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    appId,
    appSecret,
  });
  const authorization = await place.returned(tenant, person);
  await connectionActivities({ ...place.parts, graph }).exchangeCode({ tenant, authorization, nowMs: Date.now() });
  const row = await rows((db) =>
    db.selectFrom('authorizations').selectAll().where('id', '=', authorization).executeTakeFirst(),
  );
  expect(row).toMatchObject({ status: 'failed', code_sealed: null, reason: expect.stringContaining('system user') });
  await graph.close();
  server.closeAllConnections();
  server.close();
});
