import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { type Api, type Person, startApi } from './api.ts';
import { seedAccount, seedConnection } from './seed.ts';

let api: Api;
let editor: Person;
let page: string;
beforeAll(async () => {
  api = await startApi();
  const tenant = await api.fresh.tenant();
  editor = await api.person(tenant, 'editor');
  page = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
});
afterAll(() => api.stop());

/** A body as it is, which no JSON client would send. */
const sendRaw = (body: string | Buffer, headers: Record<string, string> = {}) =>
  editor.client.send<Problem>('POST', '/v1/posts', new Uint8Array(Buffer.from(body)), {
    'content-type': 'application/json',
    ...headers,
  });

test('a broken JSON body is said to be one, without being quoted', async () => {
  for (const broken of ['{"text": "secret words"', '', '{"a":1}}', Buffer.from([0x22, 0xff, 0x22])]) {
    const { status, body } = await sendRaw(broken);
    expect(status).toBe(400);
    expect(body.type).toBe('/problems/broken-json');
    expect(JSON.stringify(body)).not.toContain('secret words');
  }
});

test('a body that is not called JSON is refused', async () => {
  const { status, body } = await sendRaw('{}', { 'content-type': 'text/plain' });
  expect(status).toBe(415);
  expect(body.detail).toContain('application/json');
  expect((await sendRaw('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
});

test('a body beyond the limit is refused with the limit, and the connection survives it', async () => {
  const { status, body } = await sendRaw(JSON.stringify({ text: 'x'.repeat(2_000_000) }));
  expect(status).toBe(413);
  expect(body.detail).toContain('262144');
  expect((await editor.client.get('/v1/me')).status).toBe(200);
});

test('every mistake is listed with a pointer to it', async () => {
  const { status, body } = await editor.client.post<Problem>('/v1/posts', {
    text: 7,
    'a/b~c': true,
    media: [{ id: 'no-id' }],
    publishAt: { local: '2026-03-29T09:00' },
    targets: [],
  });
  expect(status).toBe(422);
  expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
    ['/a~1b~0c', '/media/0/id', '/publishAt/zone', '/targets', '/text'].sort(),
  );
  expect(body.errors).toContainEqual({ pointer: '/publishAt/zone', detail: 'is missing.' });
  expect(body.errors).toContainEqual({ pointer: '/text', detail: 'must be a string.' });
});

test('a body of mistakes is not answered with all of them', async () => {
  const { status, body } = await sendRaw(
    JSON.stringify(
      Object.fromEntries(
        Array(5_000)
          .fill(0)
          .map((_, n) => [n, n]),
      ),
    ),
  );
  expect(status).toBe(422);
  expect(body.detail).toContain('things are wrong');
  expect(body.errors).toHaveLength(100);
});

test('text that no database can hold is refused, not lost', async () => {
  for (const text of ['a\0b', 'half of an emoji: \ud83d']) {
    const { status, body } = await sendRaw(JSON.stringify({ text, targets: [] }));
    expect(status).toBe(422);
    expect(body.errors).toContainEqual({ pointer: '/text', detail: 'holds characters that are not text.' });
  }
});

test('a wrong query parameter is named', async () => {
  const { status, body } = await editor.client.get<Problem>('/v1/posts?limit=0&colour=red');
  expect(status).toBe(422);
  expect(body.errors?.map(({ parameter }) => parameter).sort()).toEqual(['colour', 'limit']);
});

test('what a command does not take is refused, and nothing is done', async () => {
  const post = { text: 'A draft', draft: true, targets: [{ account: page, kind: 'feed' }] };
  const made = await editor.client.post<{ id: string }>('/v1/posts', post);
  const path = `/v1/posts/${made.body.id}`;
  const asked: [string, string, object?][] = [
    ['POST', `${path}/publish`, { publishAt: '2100-01-01T08:00:00Z' }],
    ['DELETE', path, { targets: ['one'] }],
    ['DELETE', `${path}?dryRun=true`],
    ['POST', `${path}/publish?draft=true`],
  ];
  for (const [method, address, body] of asked) {
    const answer = await editor.client.send<Problem>(method, address, body);
    expect([address, answer.status, answer.body.type]).toEqual([address, 422, '/problems/invalid']);
  }
  const { body } = await editor.client.get<{ targets: { state: string }[] }>(path);
  expect(body.targets.map(({ state }) => state)).toEqual(['draft']);
  expect((await editor.client.post('/v1/posts?draft=true', { ...post, draft: false })).status).toBe(422);
});

test('a command that takes nothing may be given nothing in any way', async () => {
  for (const body of [undefined, {}, new Uint8Array()]) {
    const answer = await editor.client.send<Problem>(
      'POST',
      '/v1/posts/01a22c94-acf7-7d60-b94c-f94e30a63735/publish',
      body,
    );
    expect(answer.status).toBe(404);
  }
});

test('a command that takes nothing may be given nothing in chunks, whatever it is called, and still takes nothing else', async () => {
  const owner = await api.person(await api.fresh.tenant(), 'owner');
  const { secret } = (await owner.client.post<{ secret: string }>('/v1/api-keys', { name: 'Raw', role: 'editor' }))
    .body;
  const sent = (body: string, type: string) =>
    say(
      `POST /v1/posts/01a22c94-acf7-7d60-b94c-f94e30a63735/publish HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer ${secret}\r\n${type}transfer-encoding: chunked\r\n\r\n${body}`,
    );
  const json = 'content-type: application/json\r\n';
  for (const type of ['', 'content-type: text/plain\r\n', json, `${json}content-encoding: gzip\r\n`])
    expect(await sent('0\r\n\r\n', type)).toContain('HTTP/1.1 404');
  expect(await sent('2\r\n{}\r\n0\r\n\r\n', json)).toContain('HTTP/1.1 404');
  expect(await sent('2\r\n{}\r\n0\r\n\r\n', '')).toContain('HTTP/1.1 415');
  expect(await sent('1\r\n{\r\n0\r\n\r\n', json)).toContain('HTTP/1.1 400');
  expect(await sent('7\r\n{"a":1}\r\n0\r\n\r\n', json)).toContain('HTTP/1.1 422');
});

test('pages and probes are given to who adds to their address', async () => {
  for (const path of ['/healthz', '/docs', '/openapi.json'])
    expect((await api.stranger().get(`${path}?from=elsewhere`)).status).toBe(200);
});

test('an unknown address is not found', async () => {
  for (const path of ['/v1/nothing', '/', '/v1/posts/not-an-id', '/v1/posts/%00']) {
    const { status, body } = await editor.client.get<Problem>(path);
    expect(status).toBe(404);
    expect(body.type).toBe('/problems/not-found');
  }
});

test('a wrong method is told the right ones', async () => {
  const { status, headers } = await editor.client.delete('/v1/posts');
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('GET, HEAD, POST');
});

test('what is not HTTP does not bring it down', async () => {
  expect(await say('this is not HTTP\r\n\r\n')).toContain('400');
  expect((await api.stranger().get('/healthz')).status).toBe(200);
});

test.each(['http://[/', 'http://[/v1/me', 'nothing', '//a@[#', '//%@a#'])(
  '%s is no address, which is no fault of ours',
  async (address) => {
    expect(await say(`GET ${address} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)).toContain(
      'HTTP/1.1 400',
    );
  },
);

test('an address with its host is one', async () => {
  expect(await say('GET http://localhost/healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')).toContain(
    'HTTP/1.1 200',
  );
});

/** What is answered to these bytes. */
function say(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text)).on('error', reject);
  });
}

test('neither a log line nor an answer holds a password, a cookie, a body or a query', async () => {
  await api.stranger().post('/v1/session', { email: 'canary@example.test', password: 'canary-password' });
  await editor.client.post('/v1/posts', {
    text: 'canary-text',
    targets: [{ account: 'canary-account', kind: 'feed' }],
  });
  await editor.client.get('/v1/posts?account=canary-query');
  await editor.client.get('/canary-path');
  await editor.client.send('GET', '/v1/me', undefined, { authorization: 'Bearer canary-key' });
  expect(api.logged.length).toBeGreaterThan(5);
  expect(api.logged.join('')).not.toMatch(/canary|quixess_session|Bearer/);
  expect(api.logged.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ method: 'GET', route: '/v1/posts', status: 422 }),
  );
});

test('when the database is away the answer says that a part is, and nothing else of it', async () => {
  const away = await startApi({ API_DATABASE_URL: 'postgres://user:canary@127.0.0.1:1/nowhere' });
  try {
    const headers = { authorization: 'Bearer some-key' };
    const { status, body, headers: got } = await away.stranger().send<Problem>('GET', '/v1/me', undefined, headers);
    expect(status).toBe(503);
    expect(got.get('retry-after')).toBe('5');
    expect(body).toEqual({
      type: '/problems/unavailable',
      title: 'Not available at this moment',
      status: 503,
      detail: 'A part that is needed here does not answer at this moment. Nothing was lost; try again soon.',
    });
    expect(away.logged.join('')).not.toContain('canary');
  } finally {
    await away.stop();
  }
});

test('a fault of ours is a plain 500; its message, which may quote anything, goes nowhere', async () => {
  const broken = await startApi();
  try {
    broken.parts.control.selectFrom = () => {
      throw new TypeError('canary message');
    };
    const headers = { authorization: 'Bearer some-key' };
    const { status, body } = await broken.stranger().send<Problem>('GET', '/v1/me', undefined, headers);
    expect(status).toBe(500);
    expect(Object.keys(body).sort()).toEqual(['detail', 'status', 'title', 'type']);
    expect(`${broken.logged.join('')}${JSON.stringify(body)}`).not.toContain('canary');
    expect(broken.logged.join('')).toContain('"error":"TypeError"');
  } finally {
    await broken.stop();
  }
});
