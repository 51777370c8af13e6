import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { type Api, type Person, startApiFor } from './api.ts';

interface Key {
  id: string;
  name: string;
  prefix: string;
  role: string;
  secret: string;
  lastUsedAt: string | null;
}
interface List {
  items: Key[];
}

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner'));
});
afterAll(() => api.stop());

const makeKey = async (role: string) =>
  (await owner.client.post<Key>('/v1/api-keys', { name: `${role} key`, role })).body;
const withKey = (secret: string) => ({ authorization: `Bearer ${secret}`, origin: 'https://anywhere.example' });

test('a key is shown once, and what is stored of it is a hash', async () => {
  const { status, body, headers } = await owner.client.post<Key>('/v1/api-keys', { name: 'Robot', role: 'editor' });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe('/v1/api-keys');
  expect(body.secret).toMatch(/^qxs_[\w-]{43}$/);
  expect(body.secret.startsWith(body.prefix)).toBe(true);
  const listed = await owner.client.get<List>('/v1/api-keys');
  expect(JSON.stringify(listed.body)).not.toContain(body.secret);
  const row = await api.control.selectFrom('api_keys').selectAll().where('id', '=', body.id).executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain(body.secret);
  expect(row.secret_hash).toHaveLength(32);
});

test('a key works in its tenant with its role, needs no Origin, and its use is noted', async () => {
  const { id, secret } = await makeKey('viewer');
  const me = await api.stranger().send<{ tenant: string; role: string }>('GET', '/v1/me', undefined, withKey(secret));
  expect(me.body).toMatchObject({ kind: 'api-key', tenant, role: 'viewer' });
  expect((await api.stranger().send('GET', '/v1/posts', undefined, withKey(secret))).status).toBe(200);
  const write = await api.stranger().send<Problem>('POST', '/v1/posts', { text: 'x', targets: [] }, withKey(secret));
  expect(write.status).toBe(403);
  const { items } = (await owner.client.get<List>('/v1/api-keys')).body;
  expect(items.find((key) => key.id === id)?.lastUsedAt).toMatch(/Z$/);
});

test('a revoked key is worth nothing, at once', async () => {
  const { id, secret } = await makeKey('owner');
  expect((await owner.client.delete(`/v1/api-keys/${id}`)).status).toBe(204);
  expect((await api.stranger().send('GET', '/v1/me', undefined, withKey(secret))).status).toBe(401);
  expect((await owner.client.delete(`/v1/api-keys/${id}`)).status).toBe(404);
});

test('a key made with an Idempotency-Key is made once, and its secret is not kept for the repetition', async () => {
  const send = () =>
    owner.client.post<Key>('/v1/api-keys', { name: 'Once', role: 'viewer' }, { 'idempotency-key': 'make-a-key' });
  const [first, second] = [await send(), await send()];
  expect(second.status).toBe(201);
  expect(second.body).toEqual({ ...first.body, secret: null });
  const kept = await api.rows(tenant, (db) => db.selectFrom('idempotent_answers').selectAll().execute());
  expect(JSON.stringify(kept)).not.toContain(first.body.secret);
});

test('a key cannot connect a Meta login nor switch tenants: that is for people', async () => {
  const { secret } = await makeKey('owner');
  for (const [method, path, body] of [
    ['POST', '/v1/authorizations', undefined],
    ['PATCH', '/v1/session', { tenant }],
    ['DELETE', '/v1/session', undefined],
  ] as const)
    expect((await api.stranger().send(method, path, body, withKey(secret))).status).toBe(403);
});

const makeScoped = async (scopes: string[], role = 'owner') =>
  (await owner.client.post<Key>('/v1/api-keys', { name: 'Scoped', role, scopes })).body;

test.each([
  [['read'], ['GET /v1/posts']],
  [['posts'], ['POST /v1/posts']],
  [['connections'], ['PUT /v1/connections/{id}/accounts']],
  [['admin'], ['GET /v1/members', 'PATCH /v1/tenant', 'GET /v1/audit']],
  [
    ['read', 'admin'],
    ['GET /v1/posts', 'GET /v1/members', 'PATCH /v1/tenant', 'GET /v1/audit'],
  ],
])('a key with the scopes %j may %j, and nothing else', async (scopes, may) => {
  const { secret } = await makeScoped(scopes);
  const id = '0199b1f2-7c3d-7a10-8b5e-000000000001';
  const tried: Record<string, unknown> = {
    'GET /v1/posts': undefined,
    'POST /v1/posts': { text: 'x', targets: [] },
    'PUT /v1/connections/{id}/accounts': { accounts: [id] },
    'GET /v1/members': undefined,
    'PATCH /v1/tenant': { name: 'Same' },
    'GET /v1/audit': undefined,
  };
  const allowed = [];
  for (const [name, body] of Object.entries(tried)) {
    const [method = '', path = ''] = name.replace('{id}', id).split(' ');
    if ((await api.stranger().send(method, path, body, withKey(secret))).status !== 403) allowed.push(name);
  }
  expect(allowed).toEqual(may);
});

test('a scope widens no role', async () => {
  const { secret } = await makeScoped(['read', 'posts', 'connections', 'admin'], 'viewer');
  expect((await api.stranger().send('GET', '/v1/members', undefined, withKey(secret))).status).toBe(403);
});

test('a key makes no key that may do more than itself', async () => {
  const { secret } = await makeScoped(['admin']);
  const make = (scopes?: string[]) =>
    api.stranger().send('POST', '/v1/api-keys', { name: 'More', role: 'owner', scopes }, withKey(secret));
  expect((await make(['admin', 'posts'])).status).toBe(403);
  expect((await make()).status).toBe(403);
  expect((await make(['admin'])).status).toBe(201);
});
