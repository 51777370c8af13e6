import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../api/routes.ts';
import { type Api, type Person, type RoleName, startApi } from './api.ts';
import { images, seedAccount, seedConnection, seedFound } from './seed.ts';

let api: Api;
const people = {} as Record<RoleName, Person>;
let stranger: Person;
/** Something of the first tenant for every route that names something. */
let own: Record<string, string>;

beforeAll(async () => {
  api = await startApi();
  const tenant = await api.fresh.tenant('Ours');
  for (const role of ['owner', 'editor', 'viewer'] as const) people[role] = await api.person(tenant, role);
  stranger = await api.person(await api.fresh.tenant('Theirs'), 'owner');
  const { account, connection } = await api.rows(tenant, async (db) => {
    const made = await seedConnection(db, 'choosing');
    await seedFound(db, made, 'Bakery');
    return { connection: made, account: await seedAccount(db, made) };
  });
  const { client } = people.owner;
  const make = async (path: string, body?: unknown) => (await client.post<{ id: string }>(path, body)).body.id;
  const post = await make('/v1/posts', { text: 'Ours', targets: [{ account, kind: 'feed' }] });
  const { body: made } = await client.get<{ targets: [{ id: string }] }>(`/v1/posts/${post}`);
  const target = made.targets[0].id;
  own = {
    '/v1/api-keys/{id}': await make('/v1/api-keys', { name: 'Ours', role: 'viewer' }),
    '/v1/members/{id}': await make('/v1/members', { email: 'invited@example.test', role: 'viewer' }),
    '/v1/authorizations/{id}': await make('/v1/authorizations'),
    '/v1/connections/{id}': connection,
    '/v1/connections/{id}/accounts': connection,
    '/v1/connections/{id}/reauthorize': connection,
    '/v1/connections/{id}/refresh': connection,
    '/v1/accounts/{id}': account,
    '/v1/notices/{id}': await seedNotice(tenant),
    '/v1/media/{id}': await make('/v1/media', images.png),
    '/v1/posts/{id}': post,
    '/v1/posts/{id}/publish': post,
    '/v1/targets/{id}/resolve': target,
    '/v1/posts/{id}/history': post,
  };
});
afterAll(() => api.stop());

async function seedNotice(tenant: string): Promise<string> {
  const notice = { id: v7(), about: 'connection', subject: null, words: 'Ours' };
  await api.rows(tenant, (db) => db.insertInto('notices').values(notice).execute());
  return notice.id;
}

const definitions = routes.map(({ definition }) => definition);
const private_ = definitions.filter(({ role }) => role !== 'public' && role !== 'optional');
const named = private_.filter(({ path }) => path.includes('{'));
const bodies: Record<string, unknown> = {
  'post /v1/targets/{id}/resolve': { choice: 'retry' },
  'patch /v1/members/{id}': { role: 'viewer' },
  'patch /v1/posts/{id}': { text: 'Theirs' },
  'put /v1/connections/{id}/accounts': { accounts: ['0199b1f2-7c3d-7a10-8b5e-000000000001'] },
};

test('every route that names something is tried with something of another tenant', () => {
  expect([...new Set(named.map(({ path }) => path))].sort()).toEqual(Object.keys(own).sort());
});

test.each(named.map((definition) => [`${definition.method} ${definition.path}`, definition] as const))(
  '%s: what belongs to another tenant does not exist',
  async (name, { method, path }) => {
    const target = path.replace('{id}', own[path] ?? '');
    const { status, body } = await stranger.client.send(method.toUpperCase(), target, bodies[name]);
    expect(status).toBe(404);
    expect(JSON.stringify(body)).not.toContain('Ours');
    if (method === 'get') expect((await people.owner.client.get(target)).status).toBe(200);
  },
);

test.each(private_.map((definition) => [`${definition.method} ${definition.path}`, definition] as const))(
  '%s: closed to whoever is not logged in, and to every role below its own',
  async (_, { method, path, role }) => {
    const target = path.replace('{id}', own[path] ?? '');
    expect((await api.stranger().send(method.toUpperCase(), target)).status).toBe(401);
    const below = ({ owner: ['editor', 'viewer'], editor: ['viewer'] } as Record<string, RoleName[]>)[role] ?? [];
    for (const lesser of below) {
      const { status } = await people[lesser].client.send(method.toUpperCase(), target);
      expect(status).toBe(403);
    }
  },
);

test('lists hold nothing of another tenant', async () => {
  for (const path of ['/v1/posts', '/v1/connections', '/v1/accounts', '/v1/api-keys'])
    expect((await stranger.client.get<{ items: unknown[] }>(path)).body.items).toEqual([]);
});

test("another tenant's accounts and media cannot be published to or with", async () => {
  const post = {
    media: [{ id: own['/v1/media/{id}'] }],
    targets: [{ account: own['/v1/accounts/{id}'], kind: 'feed' }],
  };
  const { status, body } = await stranger.client.post<{ errors: { detail: string }[] }>('/v1/posts', post);
  expect(status).toBe(422);
  expect(body.errors.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('no such media'),
    expect.stringContaining('no such account'),
  ]);
});
