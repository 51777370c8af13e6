import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sealPlace, userCredential } from '../../activities/connection/credential.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import { keepFound } from '../../activities/connection/keep-found.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { MetaLogin } from './meta-login.ts';
import { goWrong, killTokens, type NewPage, type Person } from './person.ts';
import { connectionPlace, type Place, type Ticked } from './place.ts';

let place: Place;
let tenant: string;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
  act = connectionActivities(place.parts);
});
beforeEach(() => place.simulator.noFaults());
afterAll(() => place.close());

const rows = <T>(work: (db: TenantDb) => Promise<T>) => place.parts.tenants.use(tenant, work);

const logIn = (pages: NewPage[], ticked?: (person: Person) => Ticked) =>
  MetaLogin.ofSomebody(place, tenant, pages, ticked);
const row = ({ connection }: MetaLogin) =>
  rows((db) => db.selectFrom('connections').selectAll().where('id', '=', connection).executeTakeFirstOrThrow());
const accounts = ({ connection }: MetaLogin) =>
  rows((db) => db.selectFrom('accounts').selectAll().where('connection', '=', connection).orderBy('name').execute());
const credentials = ({ connection }: MetaLogin) =>
  rows((db) => db.selectFrom('credentials').selectAll().where('connection', '=', connection).execute());
const routes = (kind: 'page' | 'instagram', id: string) =>
  place.parts.control
    .selectFrom('routes')
    .select('tenant')
    .where('hash', '=', routeHash(place.control.routeKey, kind, id))
    .where('kind', '=', kind)
    .execute();

const bakery: NewPage = {
  name: 'Bakery',
  followers: 12,
  instagram: { username: 'bread', name: 'Bread', followers: 34 },
};
const pottery: NewPage = { name: 'Pottery' };

test('every Page is found, however many, and the Instagram accounts linked to them; with no token', async () => {
  const many = Array.from({ length: 120 }, (_, i) => ({ name: `Page ${i}` }));
  const login = await logIn([...many, bakery]);
  await goWrong(place.simulator, 'readPage', 'refuse', { code: 100, times: 'always' });
  expect(await login.discover()).toBe('found');
  const all = await login.found();
  expect(all.filter(({ platform }) => platform === 'facebook')).toHaveLength(121);
  expect(all.filter(({ platform }) => platform === 'instagram')).toMatchObject([
    { name: 'Bread', username: 'bread', chosen: false },
  ]);
  expect(JSON.stringify(all)).not.toMatch(/EAA|access_token/);
  expect(await row(login)).toMatchObject({ state: 'choosing', missing: [] });
  expect((await credentials(login)).map(({ kind }) => kind)).toEqual(['user']);
});

test('a Page that Meta leaves out of its list is found by its id', async () => {
  const held = { name: 'Held by a portfolio', business: true, inBusiness: false };
  const login = await logIn([pottery, held]);
  await login.discover();
  expect((await login.found()).map(({ name }) => name)).toEqual(['Held by a portfolio', 'Pottery']);
});

test('what was not granted is said, a sentence each with what to do', async () => {
  const login = await logIn([bakery], () => ({
    permissions: ['pages_show_list', 'pages_read_engagement', 'instagram_basic'],
  }));
  await login.discover();
  const { missing } = await row(login);
  expect(missing).toContainEqual(
    expect.stringMatching(/^The permission pages_manage_posts was declined .*\. Connect again/),
  );
  expect(missing).not.toContainEqual(expect.stringContaining('pages_show_list'));
});

test('a login without a Page says so', async () => {
  const login = await logIn([]);
  await login.discover();
  expect((await row(login)).missing).toContainEqual(expect.stringContaining('no Page'));
});

test('a passing fault finds nothing and loses nothing', async () => {
  const login = await logIn([bakery]);
  await goWrong(place.simulator, 'accounts', 'errorButDone');
  await expect(login.discover()).rejects.toMatchObject({ nonRetryable: false });
  await goWrong(place.simulator, 'accounts', 'rateLimited', { code: 17, regainMinutes: 5 });
  await expect(login.discover()).rejects.toMatchObject({ category: 'BENIGN' });
  expect(await row(login)).toMatchObject({ state: 'discovering', reason: null });
  expect(await login.discover()).toBe('found');
});

test('what was chosen becomes an account with a sealed token of its own; the rest is forgotten', async () => {
  const login = await logIn([bakery, pottery]);
  await login.discover();
  await login.choose(['Bakery', 'Bread']);
  expect(await login.adopt()).toBe('connected');

  const [page, instagram, ...others] = await accounts(login);
  expect(others).toEqual([]);
  expect(page).toMatchObject({ platform: 'facebook', name: 'Bakery', followers_count: 12 });
  expect(page?.picture_url).toContain('http');
  expect(instagram).toMatchObject({ platform: 'instagram', name: 'Bread', username: 'bread', followers_count: 34 });
  expect(instagram?.page_meta_id).toBe(page?.meta_id);

  const sealed = (await credentials(login)).filter(({ kind }) => kind === 'page');
  expect(sealed.map(({ account }) => account).sort()).toEqual([page?.id, instagram?.id].sort());
  for (const { id, token_sealed, health, expires_at, refresh_at, scopes } of sealed) {
    expect({ health, expires_at, refresh_at }).toEqual({ health: 'alive', expires_at: null, refresh_at: null });
    expect(scopes).toContain('pages_manage_posts');
    expect(await place.parts.vault.open(sealPlace(tenant, id), token_sealed ?? Buffer.of())).toMatch(/^EAA/);
  }
  expect(await row(login)).toMatchObject({ state: 'connected' });
  expect(await login.found()).toEqual([]);
  expect(await routes('page', page?.meta_id ?? '')).toEqual([{ tenant }]);
  expect(await routes('instagram', instagram?.meta_id ?? '')).toEqual([{ tenant }]);
});

test('of a Page that only carries a chosen Instagram account nothing is kept but its id and the token', async () => {
  const login = await logIn([bakery]);
  await login.discover();
  await login.choose(['Bread']);
  await login.adopt();
  const page = login.person.pages[0]?.id ?? '';
  expect(await accounts(login)).toMatchObject([{ platform: 'instagram', name: 'Bread', page_meta_id: page }]);
  expect(await routes('page', page)).toEqual([]);
  const everything = await rows(async (db) => [
    await db.selectFrom('accounts').selectAll().execute(),
    await login.found(),
  ]);
  expect(JSON.stringify(everything.flat().filter(({ connection }) => connection === login.connection))).not.toContain(
    '"Bakery"',
  );
});

test('adopting twice, or after a fault in the middle, gives the same', async () => {
  const login = await logIn([bakery, pottery]);
  await login.discover();
  await login.choose(['Bakery', 'Bread', 'Pottery']);
  await goWrong(place.simulator, 'subscribe', 'dropAnswer');
  await expect(login.adopt()).rejects.toMatchObject({ nonRetryable: false });
  expect(await row(login)).toMatchObject({ state: 'connecting' });
  expect(await login.adopt()).toBe('connected');
  expect(await accounts(login)).toHaveLength(3);
  expect(await credentials(login)).toHaveLength(4);
  expect(await login.adopt()).toBe('moved on');
});

test('being slowed down is waited for as long as Meta says, without an alarm', async () => {
  const login = await logIn([pottery]);
  await login.discover();
  await login.choose(['Pottery']);
  await goWrong(place.simulator, 'subscribe', 'rateLimited', { code: 80001, regainMinutes: 2 });
  await expect(login.adopt()).rejects.toMatchObject({ category: 'BENIGN', nextRetryDelay: 120_000 });
});

test('without pages_manage_metadata an account works, and it is said that it shows later', async () => {
  const login = await logIn([pottery], () => ({
    permissions: ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'],
  }));
  await login.discover();
  await login.choose(['Pottery']);
  expect(await login.adopt()).toBe('connected');
  expect((await row(login)).missing).toContainEqual(expect.stringContaining('what happens on Pottery'));
});

test('a Page whose role was lost since is said; where nothing is left, the member chooses again', async () => {
  const login = await logIn([pottery]);
  await login.discover();
  await login.choose(['Pottery']);
  const [page] = login.person.pages;
  await fetch(`${place.simulator.url}/sim/roles`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: login.person.id, page: page?.id }),
  });
  expect(await login.adopt()).toBe('none');
  const after = await row(login);
  expect(after.state).toBe('choosing');
  expect(after.missing).toContainEqual(expect.stringContaining('does not let this login act for Pottery'));
});

test('logging in again renews the tokens of what is connected, and keeps it chosen', async () => {
  const login = await logIn([bakery, pottery]);
  await login.discover();
  await login.choose(['Pottery']);
  await login.adopt();
  const before = await credentials(login);
  const again = await MetaLogin.of(place, tenant, login.person);
  expect(again.connection).toBe(login.connection);
  await act.renewPageTokens({ tenant, connection: login.connection, nowMs: Date.now() });
  await login.discover();
  const after = await credentials(login);
  expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  for (const { id, token_sealed } of after)
    expect(token_sealed).not.toEqual(before.find((one) => one.id === id)?.token_sealed);
  expect((await login.found()).filter(({ chosen }) => chosen).map(({ name }) => name)).toEqual(['Pottery']);
});

test('a login that comes between the steps of the one before it is renewed from and discovered by itself', async () => {
  const login = await logIn([bakery]);
  await login.discover();
  await login.choose(['Bakery']);
  await login.adopt();
  const at = () => ({ tenant, connection: login.connection, nowMs: Date.now() });
  await MetaLogin.of(place, tenant, login.person);
  const renewedOf = await act.renewPageTokens(at());
  await MetaLogin.of(place, tenant, login.person);
  expect(await act.discoverAccounts({ ...at(), renewedOf })).toBe('moved on');
  expect((await row(login)).state).toBe('discovering');
  const anew = await act.renewPageTokens(at());
  expect(anew).toBeGreaterThan(renewedOf ?? 0);
  expect(await act.discoverAccounts({ ...at(), renewedOf: anew })).toBe('found');
});

test('what was found with a login says nothing of the one that came meanwhile', async () => {
  const login = await logIn([bakery]);
  const user = await userCredential(place.parts, { tenant, connection: login.connection });
  await MetaLogin.of(place, tenant, login.person);
  if (!user) throw new Error('There is no login');
  const found = { user, found: [], missing: [], ungranted: {} };
  expect(await login.rows((db) => keepFound(db, login.connection, found))).toBe(false);
  expect((await row(login)).state).toBe('discovering');
  expect(await login.discover()).toBe('found');
});

test('what is no longer chosen loses its token and its route', async () => {
  const login = await logIn([bakery, pottery]);
  await login.discover();
  await login.choose(['Bakery', 'Pottery']);
  await login.adopt();
  await MetaLogin.of(place, tenant, login.person);
  await login.discover();
  await login.choose(['Bakery']);
  await login.adopt();
  expect((await accounts(login)).map(({ name }) => name)).toEqual(['Bakery']);
  expect(await credentials(login)).toHaveLength(2);
  const potteryPage = login.person.pages.find(({ name }) => name === 'Pottery');
  expect(await routes('page', potteryPage?.id ?? '')).toEqual([]);
});

test('a login that Meta proves dead is discarded, and it is said what to do', async () => {
  const login = await logIn([bakery]);
  await killTokens(place.simulator, { person: login.person.id, subcode: 460 });
  expect(await login.discover()).toBe('dead');
  expect(await credentials(login)).toMatchObject([
    { health: 'dead', token_sealed: null, diagnostic: { code: 190, subcode: 460 } },
  ]);
  expect(await row(login)).toMatchObject({ reason: expect.stringContaining('password'), remedy: 'Connect again.' });
});

test('a token that only one answer calls dead is not: Meta itself is asked first', async () => {
  const login = await logIn([bakery]);
  await goWrong(place.simulator, 'accounts', 'refuse', { code: 190, subcode: 460 });
  expect(await login.discover()).toBe('found');
  expect(await credentials(login)).toMatchObject([{ health: 'alive' }]);
});
