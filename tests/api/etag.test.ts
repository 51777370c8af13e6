import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { routes } from '../../api/routes.ts';
import { type Api, type Person, startApiFor } from './api.ts';

let api: Api;
let tenant: string;
let owner: Person;
beforeAll(async () => {
  ({ api, tenant, person: owner } = await startApiFor('owner', 'Before'));
});
afterAll(() => api.stop());

const edit = (method: 'PATCH' | 'DELETE', path: string, etag: string, body?: object) =>
  owner.client.send<Problem & { name: string; role: string }>(method, path, body, { 'if-match': etag });
const etagOf = async (path: string) => (await owner.client.get(path)).headers.get('etag') ?? '';

describe('the tenant', () => {
  test('has an ETag that follows its content, whoever reads it', async () => {
    const viewer = await api.person(tenant, 'viewer');
    const before = await etagOf('/v1/tenant');
    expect(before).toMatch(/^"[\w-]{22}"$/);
    expect((await viewer.client.get('/v1/tenant')).headers.get('etag')).toBe(before);
    const { headers, body } = await edit('PATCH', '/v1/tenant', before, { name: 'After' });
    expect(body.name).toBe('After');
    expect(headers.get('etag')).not.toBe(before);
    expect(await etagOf('/v1/tenant')).toBe(headers.get('etag'));
  });

  test('is not changed by who read it before somebody else changed it, and they are told in words', async () => {
    const read = await etagOf('/v1/tenant');
    await owner.client.patch('/v1/tenant', { zone: 'Europe/Berlin' });
    const { status, body, headers } = await edit('PATCH', '/v1/tenant', read, { zone: 'UTC' });
    expect([status, body.type, headers.get('content-type')]).toEqual([
      ...[412, '/problems/stale'],
      'application/problem+json',
    ]);
    expect(body.detail).toContain('Read it again');
    expect((await owner.client.get<{ zone: string }>('/v1/tenant')).body.zone).toBe('Europe/Berlin');
  });

  test('of two who change what both have read, at the same moment, one is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const read = await etagOf('/v1/tenant');
      const answers = await Promise.all(
        ['One', 'Other', 'Third'].map((name) => edit('PATCH', '/v1/tenant', read, { name: `${name} ${round}` })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
      const kept = answers.find(({ status }) => status === 200)?.body.name;
      expect((await owner.client.get<{ name: string }>('/v1/tenant')).body.name).toBe(kept);
    }
  });

  test.each(['*', '"another", ETAG'])('is changed with If-Match %j', async (header) => {
    const etag = await etagOf('/v1/tenant');
    expect((await edit('PATCH', '/v1/tenant', header.replace('ETAG', etag), { name: 'Changed' })).status).toBe(200);
  });

  test.each(['', ' '])('is not changed where If-Match was meant to be given and is %j', async (header) => {
    const { status, body } = await edit('PATCH', '/v1/tenant', header, { name: 'No' });
    expect([status, body.type]).toEqual([400, '/problems/bad-request']);
    expect(body.detail).toContain('If-Match is empty');
  });

  test.each(['3', 'nonsense', 'W/3', '"3', '3, 4'])(
    'is not changed with If-Match %j, and nobody is said to have changed it',
    async (header) => {
      const { status, body } = await edit('PATCH', '/v1/tenant', header, { name: 'No' });
      expect([status, body.type]).toEqual([400, '/problems/bad-request']);
      expect(body.detail).toContain('with its quotes');
    },
  );

  test.each(['"another"', 'W/ETAG', '"another", nonsense', '"a,b"'])(
    'is not changed with If-Match %j',
    async (header) => {
      const etag = await etagOf('/v1/tenant');
      expect((await edit('PATCH', '/v1/tenant', header.replace('ETAG', etag), { name: 'No' })).status).toBe(412);
    },
  );
});

describe('a member', () => {
  test('is read with an ETag, and neither changed nor removed by who knows an older one', async () => {
    const path = `/v1/members/${(await api.person(tenant, 'viewer')).id}`;
    const read = await etagOf(path);
    const changed = await edit('PATCH', path, read, { role: 'editor' });
    expect([changed.status, changed.body.role]).toEqual([200, 'editor']);
    expect((await edit('PATCH', path, read, { role: 'owner' })).status).toBe(412);
    expect((await edit('DELETE', path, read)).status).toBe(412);
    expect((await owner.client.get<{ role: string }>(path)).body.role).toBe('editor');
    expect((await edit('DELETE', path, changed.headers.get('etag') ?? '')).status).toBe(204);
    expect((await owner.client.get(path)).status).toBe(404);
  });

  test('who is invited has one too', async () => {
    const invitation = { email: 'invited@example.test', role: 'viewer' };
    const path = `/v1/members/${(await owner.client.post<{ id: string }>('/v1/members', invitation)).body.id}`;
    const read = await etagOf(path);
    expect((await edit('PATCH', path, read, { role: 'editor' })).status).toBe(200);
    expect((await edit('DELETE', path, read)).status).toBe(412);
    expect((await edit('DELETE', path, await etagOf(path))).status).toBe(204);
  });

  test('of two owners who decide on the same member at the same moment, one is told', async () => {
    const path = `/v1/members/${(await api.person(tenant, 'viewer')).id}`;
    const read = await etagOf(path);
    const answers = await Promise.all([
      edit('PATCH', path, read, { role: 'editor' }),
      edit('PATCH', path, read, { role: 'owner' }),
      edit('DELETE', path, read),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  });
});

test('a command that does not compare with what was read refuses If-Match, in words, and a GET takes it', async () => {
  const compare: string[] = [];
  for (const { definition } of routes) {
    const { method, path, editable } = definition;
    const at = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    const { status, body } = await owner.client.send<Problem>(method.toUpperCase(), at, undefined, {
      'if-match': '"x"',
    });
    const refused = status === 400 && body.detail?.includes('leave If-Match out');
    expect(refused, `${method} ${path}`).toBe(method !== 'get' && !editable);
    if (method !== 'get' && !refused) compare.push(`${method} ${path}`);
  }
  expect(compare.sort()).toEqual([
    'delete /v1/members/{id}',
    'delete /v1/posts/{id}',
    'patch /v1/members/{id}',
    'patch /v1/posts/{id}',
    'patch /v1/tenant',
    'post /v1/posts/{id}/publish',
    'post /v1/targets/{id}/resolve',
  ]);
});

test('the document says which commands know If-Match', async () => {
  interface Operation {
    parameters?: { name: string }[];
    responses: Record<string, unknown>;
  }
  const { body } = await api.stranger().get<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json');
  for (const [path, method] of [
    ['/v1/tenant', 'patch'],
    ['/v1/members/{id}', 'patch'],
    ['/v1/members/{id}', 'delete'],
    ['/v1/targets/{id}/resolve', 'post'],
  ] as const) {
    const { parameters, responses } = body.paths[path]?.[method] ?? { responses: {} };
    expect(parameters?.map(({ name }) => name)).toContain('If-Match');
    expect(responses).toHaveProperty('412');
  }
});
