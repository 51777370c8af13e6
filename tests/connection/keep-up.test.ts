import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { keepUpAtMs } from '../../activities/connection/keep-up-moment.ts';
import { GraphClient } from '../../activities/graph/client.ts';
import { Governor } from '../../activities/graph/governor.ts';
import { type Connected, connect } from './connected.ts';
import { callsMade, forgetCalls, goWrong, killTokens, newPerson, type Person, setClock } from './person.ts';
import { appId, appSecret, connectionPlace, type Place } from './place.ts';

const dayMs = 86_400_000;

let place: Place;
let person: Person;
let pageMetaId: string;
let it: Connected;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  place = await connectionPlace();
  act = connectionActivities(place.parts);
});
beforeEach(async () => {
  await place.simulator.reset();
  person = await newPerson(place.simulator, [
    { name: 'Bakery', followers: 128, instagram: { username: 'bread', followers: 256 } },
  ]);
  pageMetaId = person.pages[0]?.id ?? '';
  it = await connect(place, await place.control.tenant(), person);
});
afterAll(() => place.close());

const keepUp = (nowMs = Date.now()) =>
  new MockActivityEnvironment().run(act.keepUp, { tenant: it.tenant, connection: it.connection, nowMs });
const page = async (method: 'GET' | 'DELETE') => ({
  method,
  path: `/${pageMetaId}/subscribed_apps`,
  token: await it.token('page'),
});
const subscriptions = async () => {
  const fields = ['id', 'subscribed_fields'];
  const answer = await place.parts.graph.call<{ data: { id: string }[] }>({ ...(await page('GET')), fields });
  return answer.ok ? answer.data.data.map(({ id }) => id) : undefined;
};
const takeBack = async (permission: string) =>
  place.parts.graph.call({
    method: 'DELETE',
    path: '/me/permissions',
    token: await it.token('user'),
    params: { permission },
  });

test('name, picture and followers become what Meta says, of the Page and of Instagram', async () => {
  const stale = { name: 'Before', username: null, picture_url: null, followers_count: 1 };
  await it.rows((db) => db.updateTable('accounts').set(stale).execute());
  await keepUp();
  expect(await it.accounts()).toMatchObject([
    { platform: 'facebook', name: 'Bakery', followers_count: 128, picture_url: expect.stringContaining('picture') },
    { platform: 'instagram', name: 'bread', username: 'bread', followers_count: 256 },
  ]);
});

test('it says when it looks again: once a day, at a time of its own, whatever the delay', async () => {
  const nowMs = Date.now();
  const facts = await keepUp(nowMs);
  expect(facts).toEqual(await act.readConnection({ tenant: it.tenant, connection: it.connection }));
  const nextMs = keepUpAtMs(it.connection, nowMs);
  expect(facts).toMatchObject({ is: 'connected', keepUpAtMs: nextMs });
  expect(nextMs - nowMs).toBeGreaterThan(0);
  expect(nextMs - nowMs).toBeLessThanOrEqual(dayMs);
  for (const lateMs of [0, 1, 3_600_000, dayMs - 1])
    expect(keepUpAtMs(it.connection, nextMs + lateMs)).toBe(nextMs + dayMs);
});

test('times of the day are spread over connections', () => {
  const hours = Array.from({ length: 240 }, (_, n) => {
    const id = `01a20c22-0000-7000-8000-0000${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`;
    return Math.floor(keepUpAtMs(id, 0) / 3_600_000) % 24;
  });
  expect(new Set(hours).size).toBe(24);
});

test('after an outage of ours it looks again within 20 minutes, once, and not all connections at the same time', async () => {
  const backMs = Date.UTC(2026, 10, 24, 12);
  const ids = Array.from({ length: 500 }, (_, n) => {
    const random = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
    return `01a20c22-0000-7000-8000-0000${random}`;
  });
  const looks = ids.map((id) => keepUpAtMs(id, backMs - 3 * 3_600_000, backMs));
  for (const atMs of looks) expect(atMs).toBeLessThan(backMs + 20 * 60_000);
  const perMinute = Map.groupBy(looks, (atMs) => Math.floor(atMs / 60_000));
  expect(Math.max(...[...perMinute].map(([minute, of]) => (minute * 60_000 >= backMs ? of.length : 0)))).toBeLessThan(
    60,
  );
  for (const id of ids) expect(keepUpAtMs(id, backMs + 1, backMs)).toBe(keepUpAtMs(id, backMs + 1));
});

test('a route that was lost is there again', async () => {
  const routes = () =>
    place.control.control.selectFrom('routes').select('kind').where('tenant', '=', it.tenant).execute();
  const before = await routes();
  await place.control.control
    .deleteFrom('routes')
    .where('tenant', '=', it.tenant)
    .where('kind', '!=', 'person')
    .execute();
  await keepUp();
  expect(new Set((await routes()).map(({ kind }) => kind))).toEqual(new Set(before.map(({ kind }) => kind)));
  expect(before.length).toBeGreaterThan(1);
});

test('a subscription that is missing at Meta is made again', async () => {
  await place.parts.graph.call(await page('DELETE'));
  expect(await subscriptions()).toEqual([]);
  await keepUp();
  expect(await subscriptions()).toEqual([appId]);
});

test('a permission that was taken back at Meta degrades what needs it, and is said once', async () => {
  await takeBack('pages_manage_posts');
  await keepUp();
  await keepUp();
  expect((await it.credential('user')).scopes).not.toContain('pages_manage_posts');
  expect(await it.credential('page')).toMatchObject({
    health: 'alive',
    scopes: expect.not.arrayContaining(['pages_manage_posts']),
  });
  expect(await it.notices()).toMatchObject([
    {
      about: 'account',
      words: 'At Facebook somebody took back what Bakery needs here to publish, delete posts. Everything else goes on.',
      remedy: expect.stringContaining('Connect again'),
    },
  ]);
});

test('a Page that the same person did not tick when connecting elsewhere is said to be just that', async () => {
  const two = await newPerson(place.simulator, [{ name: 'Pottery' }, { name: 'Walks' }]);
  it = await connect(place, it.tenant, two);
  const elsewhere = await place.control.tenant();
  await place.returned(elsewhere, two, { pages: [two.pages[0]?.id ?? ''] });
  await keepUp();
  expect(await it.notices()).toMatchObject([
    {
      about: 'account',
      words: expect.stringMatching(/^At Facebook Walks is no longer ticked .* publish, .* connects elsewhere/),
    },
  ]);
});

test('what a person declines at Meta later shows in the review, until it is granted again', async () => {
  await takeBack('pages_manage_posts');
  await keepUp();
  expect(await it.credential('user')).toMatchObject({ ungranted: { pages_manage_posts: 'declined' } });
  await connect(place, it.tenant, person);
  await keepUp();
  expect(await it.credential('user')).toMatchObject({
    ungranted: {},
    scopes: expect.arrayContaining(['pages_manage_posts']),
  });
});

test('a dead Page token is replaced by another that the login still gives, and nobody is troubled', async () => {
  const before = await it.credential('page');
  await killTokens(place.simulator, { person: person.id, page: pageMetaId });
  await keepUp();
  const after = await it.credential('page');
  expect(after).toMatchObject({ health: 'alive' });
  expect(after.token_sealed).not.toEqual(before.token_sealed);
  expect(await it.notices()).toEqual([]);
});

test('a proven dead login and its dead Page tokens are discarded, with words', async () => {
  await killTokens(place.simulator, { person: person.id, subcode: 460 });
  const facts = await keepUp();
  expect(facts).not.toHaveProperty('refreshAtMs');
  for (const kind of ['user', 'page'] as const)
    expect(await it.credential(kind)).toMatchObject({
      health: 'dead',
      token_sealed: null,
      diagnostic: { code: 190, subcode: 460 },
    });
  const said = (await it.notices()).map(({ words, remedy }) => `${words} ${remedy}`);
  expect(said).toHaveLength(3);
  for (const sentence of said) expect(sentence).toMatch(/password .* Connect again\./);
});

test('an expired login leaves the Pages alone', async () => {
  await setClock(place.simulator, 61 * dayMs);
  await keepUp(Date.now() + 61 * dayMs);
  expect(await it.credential('user')).toMatchObject({ health: 'dead', diagnostic: { subcode: 463 } });
  expect(await it.credential('page')).toMatchObject({ health: 'alive' });
});

test.each([
  ['debugToken', 'errorButDone', {}],
  ['debugToken', 'rateLimited', { code: 4, regainMinutes: 1 }],
  ['debugToken', 'refuse', { code: 424_242 }],
  ['readPage', 'dropAnswer', {}],
  ['readPage', 'refuse', { code: 424_242 }],
  ['readInstagram', 'resetBefore', {}],
  ['readSubscription', 'errorButDone', {}],
  ['readSubscription', 'rateLimited', { code: 32, regainMinutes: 1 }],
])('a passing fault (%s: %s) changes nothing', async (call, how, more) => {
  const before = [await it.credential('user'), await it.credential('page'), await it.accounts()];
  await goWrong(place.simulator, call, how, { times: 'always', ...more });
  await expect(keepUp()).rejects.toMatchObject({ nonRetryable: false });
  expect([await it.credential('user'), await it.credential('page'), await it.accounts()]).toEqual(before);
  expect(await it.notices()).toEqual([]);
  await place.simulator.noFaults();
  await expect(keepUp()).resolves.toMatchObject({ is: 'connected' });
});

test('one answer that refuses a Page its profile changes nothing', async () => {
  const before = await it.accounts();
  await goWrong(place.simulator, 'readInstagram', 'refuse', { code: 10 });
  await keepUp();
  expect(await it.accounts()).toEqual(before);
});

test.each(['Meta has a fault', 'its token does not open'])(
  'where at one Page %s the others are looked at all the same',
  async (what) => {
    const two = await newPerson(place.simulator, [{ name: 'Pottery' }, { name: 'Walks' }]);
    it = await connect(place, it.tenant, two);
    await it.rows((db) => db.updateTable('accounts').set({ followers_count: 1 }).execute());
    if (what === 'Meta has a fault')
      await goWrong(place.simulator, 'readPage', 'errorButDone', { times: 'always', page: two.pages[0]?.id ?? '' });
    else await damage('Pottery');
    await expect(keepUp()).rejects.toThrow();
    const followers = (await it.accounts()).map(({ name, followers_count }) => [name, followers_count]);
    expect(Object.fromEntries(followers)).toEqual({ Pottery: 1, Walks: 128 });
  },
);

const damage = (name: string) =>
  it.rows((db) =>
    db
      .updateTable('credentials')
      .set({ token_sealed: Buffer.alloc(80, 1) })
      .where('account', 'in', db.selectFrom('accounts').select('id').where('name', '=', name))
      .execute(),
  );

/** What a worker does that has heard how much of Meta's limits is used. */
async function atPercent(usagePercent: number) {
  const { control, routeKey: key } = place.parts;
  const governor = new Governor({ control, key, appId });
  const graph = new GraphClient({ graphUrl: place.simulator.url, appId, appSecret, governor });
  await place.simulator.switches({ usagePercent });
  await graph.call({ ...(await page('GET')), fields: ['id'], class: 'publish' });
  await forgetCalls(place.simulator);
  const close = async () => {
    await graph.close();
    await governor.close();
  };
  return { act: connectionActivities({ ...place.parts, graph }), [Symbol.asyncDispose]: close };
}

test('near a limit the daily look is what waits, while a token is refreshed all the same', async () => {
  const ref = { tenant: it.tenant, connection: it.connection, nowMs: Date.now() + 48 * dayMs };
  await setClock(place.simulator, 48 * dayMs);
  await using near = await atPercent(80);
  await expect(near.act.keepUp(ref)).rejects.toMatchObject({ type: 'MetaSlowsUsDown', category: 'BENIGN' });
  expect(await callsMade(place.simulator)).toEqual({});
  expect(await near.act.refreshToken(ref)).toBe('refreshed');
});

test('where a limit is used up, and nobody says for how long, a new login gets its tokens all the same', async () => {
  const ref = { tenant: it.tenant, connection: it.connection, nowMs: Date.now() };
  const before = (await it.credential('page')).token_sealed;
  await using full = await atPercent(100);
  await full.act.renewPageTokens(ref);
  expect((await it.credential('page')).token_sealed).not.toEqual(before);
  await full.act.discoverAccounts(ref);
  await expect(full.act.refreshToken({ ...ref, nowMs: Date.now() + 48 * dayMs })).rejects.toMatchObject({
    type: 'MetaSlowsUsDown',
  });
});
