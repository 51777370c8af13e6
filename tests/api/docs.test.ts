import { createHash } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problems } from '../../api/http/problem.ts';
import { routes } from '../../api/routes.ts';
import { type Api, startApi } from './api.ts';

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        description: string;
        security: object[];
        responses: object;
        parameters?: { name: string; in: string; schema: { minLength?: number } }[];
      }
    >
  >;
}

let api: Api;
let document: Document;
beforeAll(async () => {
  api = await startApi();
  document = (await api.stranger().get<Document>('/openapi.json')).body;
});
afterAll(() => api.stop());

/** The names that the design fixes, as far as they are built. */
const promised = [
  'post /v1/session',
  'patch /v1/session',
  'delete /v1/session',
  'get /v1/me',
  'get /v1/api-keys',
  'post /v1/api-keys',
  'delete /v1/api-keys/{id}',
  'post /v1/authorizations',
  'get /v1/authorizations/{id}',
  'get /oauth/meta/callback',
  'get /v1/connections',
  'get /v1/connections/{id}',
  'put /v1/connections/{id}/accounts',
  'get /v1/accounts',
  'get /v1/accounts/{id}',
  'post /v1/media',
  'get /v1/media/{id}',
  'get /media/{signed}',
  'post /v1/posts',
  'get /v1/posts',
  'get /v1/posts/{id}',
  'get /v1/posts/{id}/history',
  'get /healthz',
  'get /readyz',
  'get /metrics',
];

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
  expect({ valid, errors }).toEqual({ valid: true });
  expect(document.openapi).toBe('3.1.0');
});

test('every route is in it, and every route that was promised is there', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(routes.map(({ definition: { method, path } }) => `${method} ${path}`).sort());
  expect(described).toEqual(expect.arrayContaining(promised));
});

test('every operation has a name of its own and describes what its address holds', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, ...operation })),
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { path, parameters = [] } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
});

test('the page to read lists every route and every problem, runs no script and asks nobody', async () => {
  const { status, headers, body } = await api.stranger().get<string>('/docs');
  expect(status).toBe(200);
  for (const { definition } of routes) expect(body).toContain(`<code>${definition.path}</code>`);
  for (const name of Object.keys(problems)) expect(body).toContain(`/problems/${name}`);
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/,
  );
  const style = body.match(/<style>(.*?)<\/style>/s)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
  expect(body).not.toMatch(/<script|<img|<link|<iframe|src=|url\(|@import/);
  for (const [, address] of body.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^[#/](?!\/)/);
});

test('the page to read shows code as code, and says of a header once what it is for', async () => {
  const { body } = await api.stranger().get<string>('/docs');
  expect(body).toContain('Needs the role <code>editor</code>; an API key the scope <code>posts</code> too.');
  expect(body.replaceAll(/<pre>.*?<\/pre>/gs, '')).not.toContain('`');
  const edits = routes.filter(({ definition: { editable, method } }) => editable && method !== 'get');
  expect(body.split('refused with 412 if somebody')).toHaveLength(edits.length + 1);
});

test('what is said of API keys is true of every route: one that may all is refused only where people are meant', async () => {
  const owner = await api.person(await api.fresh.tenant(), 'owner');
  const { body: key } = await owner.client.post<{ secret: string }>('/v1/api-keys', { name: 'All', role: 'owner' });
  const refused: string[] = [];
  const forPeople: string[] = [];
  for (const { definition } of routes) {
    const { method, path, role } = definition;
    if (role === 'public' || role === 'optional') continue;
    const operation = document.paths[path]?.[method];
    const keys = operation?.security.some((way) => 'apiKey' in way);
    expect(/an API key cannot do it\.$/.test(operation?.description ?? ''), path).toBe(!keys);
    if (!keys) forPeople.push(`${method} ${path}`);
    const at = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    const bearer = { authorization: `Bearer ${key.secret}` };
    const { status } = await api.stranger().send(method.toUpperCase(), at, undefined, bearer);
    if (status === 403) refused.push(`${method} ${path}`);
  }
  expect(refused).toEqual(forPeople);
  expect(forPeople).toContain('post /v1/me/password');
});

test('what every command refuses is said of every command: what it does not take, and headers that are empty', async () => {
  const { client } = await api.person(await api.fresh.tenant(), 'owner');
  for (const { definition } of routes) {
    const { method, path, idempotent } = definition;
    if (!path.startsWith('/v1/')) continue;
    const at = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
    const send = async (address: string, headers = {}, body?: Uint8Array) =>
      (await client.send(method.toUpperCase(), address, body, headers)).status;
    const text = new TextEncoder().encode('text');
    expect(await send(`${at}?colour=red`), path).toBe(422);
    expect(await send(at, { 'if-match': '' }), path).toBe(400);
    if (idempotent) expect(await send(at, { 'idempotency-key': '' }), path).toBe(400);
    // fetch sends no body with a GET.
    if (method !== 'get') expect(await send(at, { 'content-type': 'text/plain' }, text), path).toBe(415);
    const said = Object.keys(document.paths[path]?.[method]?.responses ?? {});
    expect(said, `${method} ${path}`).toEqual(expect.arrayContaining(['400', '413', '415', '422']));
  }
});

test('a header that may be given has something in it', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const headers = operations.flatMap(({ parameters = [] }) => parameters.filter((one) => one.in === 'header'));
  expect(new Set(headers.map(({ name }) => name))).toEqual(new Set(['Idempotency-Key', 'If-Match']));
  for (const { schema } of headers) expect(schema).toMatchObject({ type: 'string', minLength: 1 });
});

test('the type of a problem leads to its meaning', async () => {
  const { status, headers } = await api.stranger().get('/problems/invalid');
  expect(status).toBe(302);
  expect(headers.get('location')).toBe('/docs#invalid');
  for (const name of ['nothing', 'toString', '__proto__'])
    expect((await api.stranger().get(`/problems/${name}`)).status).toBe(404);
});
