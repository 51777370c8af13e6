import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sealPlace } from '../../activities/connection/credential.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { routeHash } from '../../db/vault/route-hash.ts';
import { goWrong, killTokens, type NewPage, newPerson, type Person } from './person.ts';
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

interface LoggedIn {
  person: Person;
  connection: string;
}

async function logIn(person: Person, ticked?: Ticked): Promise<LoggedIn> {
  const authorization = await place.returned(tenant, person, ticked);
  await act.exchangeCode({ tenant, authorization, nowMs: Date.now() });
  const query = rows((db) =>
    db.selectFrom('authorizations').select('connection').where('id', '=', authorization).executeTakeFirst(),
  );
  return { person, connection: (await query)?.connection ?? '' };
}
const begin = async (pages: NewPage[], ticked?: (person: Person) => Ticked) => {
  const person = await newPerson(place.simulator, pages);
  return logIn(person, ticked?.(person));
};
const discover = ({ connection }: LoggedIn) => act.discoverAccounts({ tenant, connection });
const adopt = ({ connection }: LoggedIn) => act.adoptChosenAccounts({ tenant, connection, nowMs: Date.now() });
const row = ({ connection }: LoggedIn) =>
  rows((db) => db.selectFrom('connections').selectAll().where('id', '=', connection).executeTakeFirstOrThrow());
const found = ({ connection }: LoggedIn) =>
  rows((db) =>
    db.selectFrom('found_accounts').selectAll().where('connection', '=', connection).orderBy('name').execute(),
  );
const accounts = ({ connection }: LoggedIn) =>
  rows((db) => db.selectFrom('accounts').selectAll().where('connection', '=', connection).orderBy('name').execute());
const credentials = ({ connection }: LoggedIn) =>
  rows((db) => db.selectFrom('credentials').selectAll().where('connection', '=', connection).execute());
const choose = ({ connection }: LoggedIn, names: string[]) =>
  rows(async (db) => {
    await db.updateTable('found_accounts').set({ chosen: false }).where('connection', '=', connection).execute();
    await db
      .updateTable('found_accounts')
      .set({ chosen: true })
      .where('connection', '=', connection)
      .where('name', 'in', names)
      .execute();
    await db.updateTable('connections').set({ state: 'connecting' }).where('id', '=', connection).execute();
  });
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
  const login = await begin([...many, bakery]);
  await goWrong(place.simulator, 'readPage', 'refuse', { code: 100, times: 'always' });
  expect(await discover(login)).toBe('found');
  const all = await found(login);
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
  const login = await begin([pottery, held]);
  await discover(login);
  expect((await found(login)).map(({ name }) => name)).toEqual(['Held by a portfolio', 'Pottery']);
});

test('what was not granted is said, a sentence each with what to do', async () => {
  const login = await begin([bakery], () => ({
    permissions: ['pages_show_list', 'pages_read_engagement', 'instagram_basic'],
  }));
  await discover(login);
  const { missing } = await row(login);
  expect(missing).toContainEqual(
    expect.stringMatching(/^The permission pages_manage_posts was declined .*\. Connect again/),
  );
  expect(missing).not.toContainEqual(expect.stringContaining('pages_show_list'));
});

test('a login without a Page says so', async () => {
  const login = await begin([]);
  await discover(login);
  expect((await row(login)).missing).toContainEqual(expect.stringContaining('no Page'));
});

test('a passing fault finds nothing and loses nothing', async () => {
  const login = await begin([bakery]);
  await goWrong(place.simulator, 'accounts', 'errorButDone');
  await expect(discover(login)).rejects.toMatchObject({ nonRetryable: false });
  await goWrong(place.simulator, 'accounts', 'rateLimited', { code: 17, regainMinutes: 5 });
  await expect(discover(login)).rejects.toMatchObject({ category: 'BENIGN' });
  expect(await row(login)).toMatchObject({ state: 'discovering', reason: null });
  expect(await discover(login)).toBe('found');
});

test('what was chosen becomes an account with a sealed token of its own; the rest is forgotten', async () => {
  const login = await begin([bakery, pottery]);
  await discover(login);
  await choose(login, ['Bakery', 'Bread']);
  expect(await adopt(login)).toBe('connected');

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
  expect(await found(login)).toEqual([]);
  expect(await routes('page', page?.meta_id ?? '')).toEqual([{ tenant }]);
  expect(await routes('instagram', instagram?.meta_id ?? '')).toEqual([{ tenant }]);
});

test('of a Page that only carries a chosen Instagram account nothing is kept but its id and the token', async () => {
  const login = await begin([bakery]);
  await discover(login);
  await choose(login, ['Bread']);
  await adopt(login);
  const page = login.person.pages[0]?.id ?? '';
  expect(await accounts(login)).toMatchObject([{ platform: 'instagram', name: 'Bread', page_meta_id: page }]);
  expect(await routes('page', page)).toEqual([]);
  const everything = await rows(async (db) => [
    await db.selectFrom('accounts').selectAll().execute(),
    await found(login),
  ]);
  expect(JSON.stringify(everything.flat().filter(({ connection }) => connection === login.connection))).not.toContain(
    '"Bakery"',
  );
});

test('adopting twice, or after a fault in the middle, gives the same', async () => {
  const login = await begin([bakery, pottery]);
  await discover(login);
  await choose(login, ['Bakery', 'Bread', 'Pottery']);
  await goWrong(place.simulator, 'subscribe', 'dropAnswer');
  await expect(adopt(login)).rejects.toMatchObject({ nonRetryable: false });
  expect(await row(login)).toMatchObject({ state: 'connecting' });
  expect(await adopt(login)).toBe('connected');
  expect(await accounts(login)).toHaveLength(3);
  expect(await credentials(login)).toHaveLength(4);
  expect(await adopt(login)).toBe('moved on');
});

test('being slowed down is waited for as long as Meta says, without an alarm', async () => {
  const login = await begin([pottery]);
  await discover(login);
  await choose(login, ['Pottery']);
  await goWrong(place.simulator, 'subscribe', 'rateLimited', { code: 80001, regainMinutes: 2 });
  await expect(adopt(login)).rejects.toMatchObject({ category: 'BENIGN', nextRetryDelay: 120_000 });
});

test('without pages_manage_metadata an account works, and it is said that it shows later', async () => {
  const login = await begin([pottery], () => ({
    permissions: ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'],
  }));
  await discover(login);
  await choose(login, ['Pottery']);
  expect(await adopt(login)).toBe('connected');
  expect((await row(login)).missing).toContainEqual(expect.stringContaining('what happens on Pottery'));
});

test('a Page whose role was lost since is said; where nothing is left, the member chooses again', async () => {
  const login = await begin([pottery]);
  await discover(login);
  await choose(login, ['Pottery']);
  const [page] = login.person.pages;
  await fetch(`${place.simulator.url}/sim/roles`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: login.person.id, page: page?.id }),
  });
  expect(await adopt(login)).toBe('none');
  const after = await row(login);
  expect(after.state).toBe('choosing');
  expect(after.missing).toContainEqual(expect.stringContaining('does not let this login act for Pottery'));
});

test('logging in again renews the tokens of what is connected, and keeps it chosen', async () => {
  const login = await begin([bakery, pottery]);
  await discover(login);
  await choose(login, ['Pottery']);
  await adopt(login);
  const before = await credentials(login);
  const again = await logIn(login.person);
  expect(again.connection).toBe(login.connection);
  await act.renewPageTokens({ tenant, connection: login.connection, nowMs: Date.now() });
  await discover(login);
  const after = await credentials(login);
  expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  for (const { id, token_sealed } of after)
    expect(token_sealed).not.toEqual(before.find((one) => one.id === id)?.token_sealed);
  expect((await found(login)).filter(({ chosen }) => chosen).map(({ name }) => name)).toEqual(['Pottery']);
});

test('what is no longer chosen loses its token and its route', async () => {
  const login = await begin([bakery, pottery]);
  await discover(login);
  await choose(login, ['Bakery', 'Pottery']);
  await adopt(login);
  await logIn(login.person);
  await discover(login);
  await choose(login, ['Bakery']);
  await adopt(login);
  expect((await accounts(login)).map(({ name }) => name)).toEqual(['Bakery']);
  expect(await credentials(login)).toHaveLength(2);
  const potteryPage = login.person.pages.find(({ name }) => name === 'Pottery');
  expect(await routes('page', potteryPage?.id ?? '')).toEqual([]);
});

test('a login that Meta proves dead is discarded, and it is said what to do', async () => {
  const login = await begin([bakery]);
  await killTokens(place.simulator, { person: login.person.id, subcode: 460 });
  expect(await discover(login)).toBe('dead');
  expect(await credentials(login)).toMatchObject([
    { health: 'dead', token_sealed: null, diagnostic: { code: 190, subcode: 460 } },
  ]);
  expect(await row(login)).toMatchObject({ reason: expect.stringContaining('password'), remedy: 'Connect again.' });
});

test('a token that only one answer calls dead is not: Meta itself is asked first', async () => {
  const login = await begin([bakery]);
  await goWrong(place.simulator, 'accounts', 'refuse', { code: 190, subcode: 460 });
  expect(await discover(login)).toBe('found');
  expect(await credentials(login)).toMatchObject([{ health: 'alive' }]);
});
