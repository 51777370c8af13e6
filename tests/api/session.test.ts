import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { passwordChecks } from '../../api/session/check-password.ts';
import { readCookie, setCookie } from '../../api/session/cookie.ts';
import { LoginThrottle } from '../../api/session/throttle.ts';
import { type Api, type Person, password, startApiFor } from './api.ts';

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner', 'First'));
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

describe('wrong passwords are counted', () => {
  let person = 0;
  const somebody = () => `guessed-${person++}@example.test`;
  const throttle = (limits: { perEmail?: number; perAddress?: number }) => new LoginThrottle(api.parts.control, limits);
  const guess = async (at: LoginThrottle, times: number, address: string, email?: string) => {
    for (let n = 0; n < times; n += 1) await at.attempt(email ?? somebody(), address);
  };
  const minutes = (ms: number) => Math.ceil(ms / 60_000);

  test('an attempt that was none, and one that succeeded, count for nothing', async () => {
    const counting = throttle({ perEmail: 2, perAddress: 2 });
    const [email, address] = [somebody(), '203.0.113.1'];
    for (let n = 0; n < 5; n += 1) {
      expect(await counting.attempt(email, address)).toBe(0);
      await counting.succeeded(email, address);
      expect(await counting.attempt(email, address)).toBe(0);
      await counting.takeBack(email, address);
    }
  });

  test('whoever has one IPv6 address has its whole network, and waits in all of it', async () => {
    const counting = throttle({ perEmail: 3, perAddress: 3 });
    for (const own of ['2001:db8::1', '2001:db8:0:0:1:2:3:4', '2001:db8::ffff:0:1']) await guess(counting, 1, own);
    expect(minutes(await counting.attempt(somebody(), '2001:db8::9'))).toBe(15);
    expect(await counting.attempt(somebody(), '2001:db8:0:1::9')).toBe(0);
  });

  test('many wrong guesses from one public address cost waiting, whoever is guessed at; a proxy is nobody', async () => {
    const counting = throttle({ perEmail: 3, perAddress: 5 });
    await guess(counting, 5, '203.0.113.7');
    expect(minutes(await counting.attempt(somebody(), '203.0.113.7'))).toBe(15);
    expect(await counting.attempt(somebody(), '203.0.113.8')).toBe(0);
    await api.control
      .updateTable('login_failures')
      .set({ until: new Date(0) })
      .execute();
    expect(await counting.attempt(somebody(), '203.0.113.7')).toBe(0);
    for (const proxy of ['127.0.0.1', '::ffff:10.1.2.3', '192.168.1.1', 'fd00::1', '::1']) {
      await guess(counting, 9, proxy);
      expect(await counting.attempt(somebody(), proxy)).toBe(0);
    }
  });

  test('by all API processes together, and a restart forgives nothing', async () => {
    const email = somebody();
    for (let n = 0; n < 10; n += 1) expect(await throttle({}).attempt(email, '::1')).toBe(0);
    expect(minutes(await throttle({}).attempt(email, '::1'))).toBe(15);
  });

  test('many at once, from one network at many people, are counted one by one', async () => {
    const letIn = async (counting: LoginThrottle, address: string) => {
      const emails = [somebody(), somebody(), somebody(), somebody(), somebody()];
      const attempts = Array.from({ length: 40 }, (_, n) => counting.attempt(emails[n % 5] ?? '', address));
      return (await Promise.all(attempts)).filter((waitMs) => waitMs === 0).length;
    };
    expect(await letIn(throttle({ perEmail: 3, perAddress: 40 }), '203.0.113.40')).toBe(15);
    expect(await letIn(throttle({ perEmail: 8, perAddress: 20 }), '203.0.113.41')).toBe(20);
  });

  test('without the addresses and names that were typed', async () => {
    await guess(throttle({}), 1, '203.0.113.99', 'typed-by-mistake@example.test');
    const rows = await api.control.selectFrom('login_failures').selectAll().execute();
    expect(JSON.stringify(rows.map(({ who }) => who.toString('latin1')))).not.toMatch(/typed|203\.0/);
  });
});

test('logging in ends the session that the browser had before', async () => {
  const { email } = await api.person(tenant, 'viewer');
  const before = cookieOf((await logIn(email, password)).headers).split(';')[0] ?? '';
  const again = await api.stranger().send('POST', '/v1/session', { email, password }, { cookie: before });
  expect(again.status).toBe(200);
  expect(cookieOf(again.headers)).not.toContain(before);
  expect((await api.stranger().send('GET', '/v1/me', undefined, { cookie: before })).status).toBe(401);
});

describe('a new password', () => {
  const change = (client: Person['client'], current: string, next: string) =>
    client.post<Problem>('/v1/me/password', { current, password: next });

  test('ends every session of the person, and this one goes on under a new cookie', async () => {
    const { email, client } = await api.person(tenant, 'editor');
    const elsewhere = api.stranger();
    await elsewhere.logIn(email, password);
    expect((await change(client, password, 'an even longer horse')).status).toBe(200);
    expect((await client.get<Me>('/v1/me')).body).toMatchObject({ email, tenant, role: 'editor' });
    expect((await elsewhere.get('/v1/me')).status).toBe(401);
    expect((await logIn(email, password)).status).toBe(401);
    expect((await logIn(email, 'an even longer horse')).status).toBe(200);
  });

  test('needs the old one, guesses at which are counted', async () => {
    const { client } = await api.person(tenant, 'editor');
    const statuses = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await change(client, `guess ${n}`, 'an even longer horse')).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await client.get('/v1/me')).status).toBe(200);
  });

  test('that is short is refused, and a key has none', async () => {
    const { client } = await api.person(tenant, 'owner');
    expect((await change(client, password, 'short')).body.errors?.[0]).toMatchObject({ pointer: '/password' });
    const { secret } = (await client.post<{ secret: string }>('/v1/api-keys', { name: 'x', role: 'owner' })).body;
    const byKey = { authorization: `Bearer ${secret}` };
    const body = { current: password, password: 'an even longer horse' };
    expect((await api.stranger().send('POST', '/v1/me/password', body, byKey)).status).toBe(403);
  });
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
  const second = await api.fresh.tenant('Second');
  await api.control.insertInto('memberships').values({ person: id, tenant: second, role: 'editor' }).execute();
  await api.control.deleteFrom('memberships').where('person', '=', id).where('tenant', '=', tenant).execute();
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
