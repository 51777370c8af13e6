import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { passwordChecks } from '../../api/session/check-password.ts';
import { readCookie, setCookie } from '../../api/session/cookie.ts';
import { LoginThrottle } from '../../api/session/throttle.ts';
import { type Api, type Person, password, startApi } from './api.ts';

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  api = await startApi();
  tenant = await api.fresh.tenant('First');
  owner = await api.person(tenant, 'owner');
});
afterAll(() => api.stop());

interface Me {
  kind: string;
  email: string;
  tenant: string;
  role: string;
  tenants: { id: string; name: string; role: string }[];
}

const cookieOf = (headers: Headers) => headers.getSetCookie()[0] ?? '';
const logIn = (email: string, word: string) => api.stranger().post<Problem>('/v1/session', { email, password: word });

test('who logs in is told who they are and where', async () => {
  const { status, body } = await owner.client.get<Me>('/v1/me');
  expect(status).toBe(200);
  expect(body).toMatchObject({ kind: 'person', email: owner.email, tenant, role: 'owner' });
  expect(body.tenants).toMatchObject([{ id: tenant, name: 'First', role: 'owner' }]);
});

test('the session cookie is out of reach of scripts and other sites', async () => {
  const { headers } = await logIn(owner.email, password);
  expect(cookieOf(headers)).toMatch(/HttpOnly; SameSite=Lax$/);
});

test('an e-mail address is known whatever its capitals', async () => {
  expect((await logIn(owner.email.toUpperCase(), password)).status).toBe(200);
});

test('a wrong password and an unknown address get the same answer', async () => {
  const wrong = await logIn(owner.email, 'wrong');
  const unknown = await logIn('nobody@example.test', 'wrong');
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual(unknown.body);
  expect(wrong.body.type).toBe('/problems/wrong-credentials');
  expect(wrong.headers.get('content-type')).toContain('application/problem+json');
});

test('who guesses too often waits, and the right password does not help meanwhile', async () => {
  const { email } = await api.person(tenant, 'viewer');
  for (let guess = 0; guess < 10; guess += 1) expect((await logIn(email, `guess ${guess}`)).status).toBe(401);
  const { status, headers } = await logIn(email, password);
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(60);
});

test('guesses made all at once are no more than guesses one by one', async () => {
  const { email } = await api.person(tenant, 'viewer');
  const answers = await Promise.all(Array.from({ length: 15 }, (_, guess) => logIn(email, `guess ${guess}`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
});

test('when too many logins wait, the next is turned away, and waits for no thread', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const flood = Array.from({ length: 200 }, () => passwordChecks.pass(() => released).catch(() => 'turned away'));
  const { status, headers, body } = await logIn(owner.email, password);
  release();
  const outcomes = await Promise.all(flood);
  expect(status).toBe(503);
  expect(headers.get('retry-after')).toBe('5');
  expect(body.detail).toContain('Too many logins');
  expect(outcomes.filter((outcome) => outcome !== 'turned away')).toHaveLength(52);
  expect((await logIn(owner.email, password)).status).toBe(200);
});

test('an attempt that was none, and one that succeeded, count for nothing', () => {
  const throttle = new LoginThrottle({ perEmail: 2, perAddress: 2 });
  for (let n = 0; n < 5; n += 1) {
    throttle.failed('person@example.test', '203.0.113.7', 0);
    throttle.succeeded('person@example.test', '203.0.113.7');
    throttle.failed('person@example.test', '203.0.113.7', 0);
    throttle.takeBack('person@example.test', '203.0.113.7');
  }
  expect(throttle.waitMs('person@example.test', '203.0.113.7', 0)).toBe(0);
});

test('whoever has one IPv6 address has its whole network, and waits in all of it', () => {
  const throttle = new LoginThrottle({ perEmail: 3, perAddress: 3 });
  const own = ['2001:db8::1', '2001:db8:0:0:1:2:3:4', '2001:db8::ffff:0:1'];
  own.forEach((address, n) => {
    throttle.failed(`person-${n}@example.test`, address, 0);
  });
  expect(throttle.waitMs('other@example.test', '2001:db8::9', 0)).toBe(15 * 60_000);
  expect(throttle.waitMs('other@example.test', '2001:db8:0:1::9', 0)).toBe(0);
});

test('many wrong guesses from one public address cost waiting, whoever is guessed at; a proxy is nobody', () => {
  const throttle = new LoginThrottle({ perEmail: 3, perAddress: 5 });
  for (let n = 0; n < 5; n += 1) throttle.failed(`person-${n}@example.test`, '203.0.113.7', 0);
  expect(throttle.waitMs('other@example.test', '203.0.113.7', 0)).toBe(15 * 60_000);
  expect(throttle.waitMs('other@example.test', '203.0.113.8', 0)).toBe(0);
  expect(throttle.waitMs('other@example.test', '203.0.113.7', 15 * 60_000)).toBe(0);
  for (const proxy of ['127.0.0.1', '::ffff:10.1.2.3', '192.168.1.1', 'fd00::1', '::1']) {
    for (let n = 0; n < 9; n += 1) throttle.failed(`person-${n}@example.test`, proxy, 0);
    expect(throttle.waitMs('other@example.test', proxy, 0)).toBe(0);
  }
});

test('another kind of Authorization does not stand in for the Origin', async () => {
  const headers = { origin: 'https://evil.example', authorization: 'Basic eDp5' };
  expect((await owner.client.post('/v1/authorizations', undefined, headers)).status).toBe(403);
});

test('a made-up key does not let another site log in', async () => {
  const headers = { origin: 'https://evil.example', authorization: 'Bearer made-up' };
  const login = { email: owner.email, password };
  const { status, headers: got } = await api.stranger().post('/v1/session', login, headers);
  expect(status).toBe(403);
  expect(got.getSetCookie()).toEqual([]);
});

test('over https the cookie is of this host alone, and one that a neighbour set counts for nothing', () => {
  const url = 'https://social.example';
  const set = setCookie({ set: 'token', expiresAt: new Date(0) }, url);
  expect(set).toMatch(/^__Host-quixess_session=token; Expires=.*; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  expect(readCookie('quixess_session=neighbour; __Host-quixess_session=token', url)).toBe('token');
  expect(readCookie('quixess_session=neighbour', url)).toBeUndefined();
});

test('without a session there is no answer', async () => {
  const { status, body } = await api.stranger().get<Problem>('/v1/me');
  expect(status).toBe(401);
  expect(body.detail).toContain('POST /v1/session');
});

test('an expired session is worth nothing', async () => {
  const { client, id } = await api.person(tenant, 'viewer');
  await api.control
    .updateTable('sessions')
    .set({ expires_at: new Date(0) })
    .where('person', '=', id)
    .execute();
  expect((await client.get('/v1/me')).status).toBe(401);
});

test('switching the tenant makes the old cookie worthless', async () => {
  const { id, email } = await api.person(tenant, 'viewer');
  const second = await api.fresh.tenant('Second');
  await api.control.insertInto('memberships').values({ person: id, tenant: second, role: 'editor' }).execute();
  const old = cookieOf((await logIn(email, password)).headers).split(';')[0] ?? '';

  const client = api.stranger();
  const switched = await client.send<Me>('PATCH', '/v1/session', { tenant: second }, { cookie: old });
  expect(switched.body).toMatchObject({ tenant: second, role: 'editor' });
  expect((await api.stranger().send('GET', '/v1/me', undefined, { cookie: old })).status).toBe(401);
  expect((await client.get<Me>('/v1/me')).body.tenant).toBe(second);
});

test('nobody switches to a tenant that is not theirs', async () => {
  const foreign = await api.fresh.tenant('Foreign');
  expect((await owner.client.patch('/v1/session', { tenant: foreign })).status).toBe(404);
  expect((await owner.client.get<Me>('/v1/me')).body.tenant).toBe(tenant);
});

test('who is no member any more gets nowhere', async () => {
  const { id, client } = await api.person(tenant, 'editor');
  await api.control.deleteFrom('memberships').where('person', '=', id).execute();
  const { status, body } = await client.get<Problem>('/v1/posts');
  expect(status).toBe(403);
  expect(body.detail).toContain('not a member');
});

test('a tenant that is being closed is closed to its members', async () => {
  const closing = await api.fresh.tenant('Closing');
  const { client } = await api.person(closing, 'owner');
  const { secret } = (await client.post<{ secret: string }>('/v1/api-keys', { name: 'Ours', role: 'owner' })).body;
  await api.control.updateTable('tenants').set({ state: 'closing' }).where('id', '=', closing).execute();
  for (const path of ['/v1/posts', '/connected?authorization=0199b1f2-7c3d-7a10-8b5e-000000000001']) {
    const { status, body } = await client.get<Problem>(path);
    expect(status).toBe(403);
    expect(body.detail).toContain('not active');
  }
  const byKey = { authorization: `Bearer ${secret}` };
  expect((await api.stranger().send('GET', '/v1/posts', undefined, byKey)).status).toBe(403);
  // Nobody is held in it.
  expect((await client.get('/v1/me')).status).toBe(200);
  expect((await client.delete('/v1/session')).status).toBe(204);
});

test('after logging out the cookie is worth nothing', async () => {
  const { email } = await api.person(tenant, 'viewer');
  const cookie = cookieOf((await logIn(email, password)).headers).split(';')[0] ?? '';
  expect((await api.stranger().send('DELETE', '/v1/session', undefined, { cookie })).status).toBe(204);
  expect((await api.stranger().send('GET', '/v1/me', undefined, { cookie })).status).toBe(401);
});

test('a request that another site makes a browser send changes nothing', async () => {
  for (const origin of ['https://evil.example', 'null', '']) {
    const { status, body } = await owner.client.post<Problem>('/v1/authorizations', undefined, { origin });
    expect(status).toBe(403);
    expect(body.type).toBe('/problems/foreign-origin');
    expect(body.detail).toContain(api.url);
  }
  const login = await api
    .stranger()
    .send('POST', '/v1/session', { email: owner.email, password }, { origin: 'https://evil.example' });
  expect(login.status).toBe(403);
});

test('what is stored of a session opens none', async () => {
  const rows = await api.control.selectFrom('sessions').select('token_hash').execute();
  for (const { token_hash } of rows) {
    const cookie = `quixess_session=${token_hash.toString('base64url')}`;
    expect((await api.stranger().send('GET', '/v1/me', undefined, { cookie })).status).toBe(401);
  }
});
