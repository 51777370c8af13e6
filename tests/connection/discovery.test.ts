import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { userCredential } from '../../activities/connection/credential.ts';
import { connectionActivities } from '../../activities/connection/index.ts';
import { keepFound } from '../../activities/connection/keep-found.ts';
import { MetaLogin } from './meta-login.ts';
import {
  callsMade,
  forgetCalls,
  goWrong,
  type NewPage,
  newBusiness,
  newPage,
  newPerson,
  type Person,
  takeRole,
} from './person.ts';
import { connectionPlace, type Place, type Ticked } from './place.ts';

let place: Place;
let tenant: string;

beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
});
beforeEach(() => place.simulator.reset());
afterAll(() => place.close());

const logIn = (pages: NewPage[], ticked?: (person: Person) => Ticked) =>
  MetaLogin.ofSomebody(place, tenant, pages, ticked);

const names = async (login: MetaLogin) => (await login.found()).map(({ name }) => name);
const numbered = (count: number, name: string) => Array.from({ length: count }, (_, i) => ({ name: `${name} ${i}` }));

test('a login with 250 Pages, some of them in businesses, is connected with no more calls than there are lists to read', async () => {
  const person = await newPerson(place.simulator, [
    ...numbered(150, 'Own'),
    ...numbered(100, 'Held').map((page) => ({ ...page, instagram: { username: page.name.replace(' ', '_') } })),
  ]);
  const held = person.pages.filter(({ name }) => name.startsWith('Held'));
  const half = (from: number) => held.slice(from, from + 50).map(({ id }) => ({ id }));
  await newBusiness(place.simulator, { name: 'First', pages: half(0), people: [person] });
  await newBusiness(place.simulator, { name: 'Second', pages: half(50), people: [person] });
  await forgetCalls(place.simulator);

  const login = await MetaLogin.of(place, tenant, person);
  // The code, the long-lived token, and what it is good for.
  const proven = { token: 2, debugToken: 1 };
  expect(await callsMade(place.simulator)).toEqual(proven);
  expect(await login.missing()).toEqual([]);
  // Three pages of 100, one list of businesses, owned and client Pages of two.
  const discovered = { ...proven, accounts: 3, businesses: 1, businessPages: 4 };
  expect(await callsMade(place.simulator)).toEqual(discovered);
  expect(await login.found()).toHaveLength(350);
  // The Page with its token, the proof of that, and the subscription.
  await login.connect(['Own 7']);
  expect(await callsMade(place.simulator)).toEqual({ ...discovered, debugToken: 2, readPage: 1, subscribe: 1 });
});

const withoutBusiness = ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'];

test('without business_management Pages that a business holds are found one by one, and businesses are not asked about', async () => {
  const login = await logIn(
    [{ name: 'Own' }, ...numbered(20, 'Held').map((page) => ({ ...page, business: true }))],
    () => ({
      permissions: withoutBusiness,
    }),
  );
  await forgetCalls(place.simulator);
  await login.discover();
  expect(await login.found()).toHaveLength(21);
  expect(await callsMade(place.simulator)).toEqual({ accounts: 1, permissions: 1, readPage: 20 });
});

test('a Page that was ticked, and that only its business lists, costs no call of its own', async () => {
  const login = await logIn([{ name: 'Own' }, { name: 'Held' }]);
  const [, held] = login.person.pages;
  await newBusiness(place.simulator, {
    name: 'Group',
    pages: [{ id: held?.id ?? '', as: 'client' }],
    people: [login.person],
  });
  await takeRole(place.simulator, login.person.id, held?.id ?? '');
  await forgetCalls(place.simulator);
  await login.discover();
  expect(await names(login)).toEqual(['Held', 'Own']);
  expect(await callsMade(place.simulator)).toEqual({ accounts: 1, businesses: 1, businessPages: 2 });
});

test('a Page of a business on which the person has no role is not offered', async () => {
  const login = await logIn([{ name: 'Own' }]);
  const foreign = await newPage(place.simulator, 'Foreign');
  await newBusiness(place.simulator, { name: 'Group', pages: [foreign], people: [login.person] });
  await login.discover();
  expect(await names(login)).toEqual(['Own']);
});

test('of what was not granted nothing is asked, the list of Pages itself included', async () => {
  const login = await logIn([{ name: 'Own', instagram: { username: 'own' } }], () => ({
    permissions: ['instagram_basic', 'business_management', 'pages_manage_posts'],
  }));
  await forgetCalls(place.simulator);
  const missing = await login.missing();
  expect(missing).toContainEqual(expect.stringContaining('pages_show_list was declined'));
  for (const sentence of missing) expect(sentence).toMatch(/^The permission \w+ was declined/);
  expect(await callsMade(place.simulator)).toEqual({ permissions: 1 });
});

test('a passing fault of any of its calls finds nothing and loses nothing', async () => {
  const login = await logIn([{ name: 'Own' }], () => ({
    permissions: ['pages_show_list', 'business_management'],
  }));
  await newBusiness(place.simulator, { name: 'Group', pages: [], people: [login.person] });
  for (const call of ['accounts', 'businesses', 'businessPages', 'permissions']) {
    await goWrong(place.simulator, call, 'errorButDone');
    await expect(login.discover()).rejects.toMatchObject({ nonRetryable: false });
  }
  expect(await login.discover()).toBe('found');
});

test('a Page that Meta refuses in a way that nobody knows keeps the others from being offered for a while only', async () => {
  const login = await logIn([{ name: 'Own' }, { name: 'Held', business: true }], () => ({
    permissions: withoutBusiness,
  }));
  const [, held] = login.person.pages;
  await place.simulator.fault({ call: 'readPage', then: 'refuse', code: 21, times: 'always', page: held?.id });
  const discoverAt = (attempt: number) =>
    new MockActivityEnvironment({ attempt }).run(connectionActivities(place.parts).discoverAccounts, login);
  for (const attempt of [1, 2]) await expect(discoverAt(attempt)).rejects.toMatchObject({ nonRetryable: false });
  expect(await login.found()).toEqual([]);
  expect(await discoverAt(3)).toBe('found');
  expect(await names(login)).toEqual(['Own']);
});

test('everything of an agency with more accounts than a statement can take is offered', async () => {
  const login = await logIn([{ name: 'Own' }]);
  const user = await userCredential(place.parts, login);
  if (!user) throw new Error('There is no login');
  const found = Array.from({ length: 8_000 }, (_, n) => ({
    ...{ platform: 'facebook' as const, metaId: String(n), pageMetaId: String(n) },
    ...{ name: `Page ${n}`, username: undefined, tasks: [] },
  }));
  const discovery = { user, found, missing: [], ungranted: {} };
  expect(await login.rows((db) => keepFound(db, login.connection, discovery))).toBe(true);
  expect(await login.found()).toHaveLength(8_000);
});

test('a business that Meta refuses to show takes nothing away from the rest', async () => {
  const login = await logIn([{ name: 'Own' }]);
  await newBusiness(place.simulator, { name: 'Group', pages: [], people: [login.person] });
  await goWrong(place.simulator, 'businessPages', 'refuse', { code: 200, times: 2 });
  expect(await login.missing()).toEqual([]);
  expect(await names(login)).toEqual(['Own']);
});

test('of what was not chosen no word stays, in the sentences either', async () => {
  const login = await logIn([{ name: 'Chosen' }, { name: 'Unchosen canary', unpublished: true }]);
  expect(await login.missing()).toEqual([expect.stringContaining('Unchosen canary')]);
  expect(await login.connect(['Chosen'])).toBe('connected');
  const rows = await login.rows(async (db) => [
    await db.selectFrom('connections').selectAll().where('id', '=', login.connection).execute(),
    await db.selectFrom('found_accounts').selectAll().where('connection', '=', login.connection).execute(),
    await db.selectFrom('accounts').selectAll().where('connection', '=', login.connection).execute(),
  ]);
  expect(JSON.stringify(rows)).not.toContain('canary');
});
