import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { type Api, type Person, startApi } from './api.ts';

let api: Api;
let editor: Person;
beforeAll(async () => {
  api = await startApi();
  editor = await api.person(await api.fresh.tenant(), 'editor');
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
  const port = Number(new URL(api.url).port);
  const said = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('this is not HTTP\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text)).on('error', reject);
  });
  expect(said).toContain('400');
  expect((await api.stranger().get('/healthz')).status).toBe(200);
});

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
