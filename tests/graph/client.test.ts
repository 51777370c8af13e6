import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormData } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Alarm, GraphClient } from '../../activities/graph/client.ts';

const appSecret = 'a-secret-of-the-app';
const token = 'EAAtokenThatNobodySees';
const alarms: unknown[][] = [];
const alarm: Alarm = (...said) => void alarms.push(said);

let server: Server;
let graph: GraphClient;
let answer: RequestListener;
let seen: { url: string; authorization: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('latin1');
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  graph = new GraphClient({ graphUrl: `http://127.0.0.1:${port}`, appId: '42', appSecret, alarm });
});
afterEach(() => {
  seen = [];
});
afterAll(async () => {
  await graph.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const readPost = (more = {}) =>
  graph.call({ method: 'GET', path: '/1_2', token, fields: ['id', 'is_published'], ...more });

describe('what is sent', () => {
  test('the token travels in a header, with its proof, under the pinned version', async () => {
    answer = json(200, { id: '1_2' });
    expect(await readPost()).toEqual({ ok: true, data: { id: '1_2' } });
    const url = new URL(seen[0]?.url ?? '', 'http://graph');
    expect(url.pathname).toBe('/v26.0/1_2');
    expect(url.searchParams.get('fields')).toBe('id,is_published');
    expect(url.searchParams.get('appsecret_proof')).toMatch(/^[0-9a-f]{64}$/);
    expect(seen[0]?.url).not.toContain(token);
    expect(seen[0]?.authorization).toBe(`Bearer ${token}`);
  });

  test('text and links of a post go in the body', async () => {
    answer = json(200, { id: '1_2' });
    const params = { message: 'Grüße & more', published: false };
    await graph.call({ method: 'POST', path: '/1/feed', token, params });
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({ ...params, published: 'false' });
    expect(seen[0]?.url).not.toContain('message');
  });
});

test('a photo goes from the disk into a form, with the parameters beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-photo-'));
  const photo = Buffer.alloc(3 * 1024 * 1024, 'photo bytes ');
  writeFileSync(join(folder, 'photo.jpg'), photo);
  answer = json(200, { id: '7' });
  const form = new FormData();
  form.set('source', await openAsBlob(join(folder, 'photo.jpg'), { type: 'image/jpeg' }), 'photo.jpg');
  const call = { method: 'POST', path: '/1/photos', token, form, params: { published: false } } as const;
  expect(await graph.call(call)).toEqual({ ok: true, data: { id: '7' } });
  expect(seen[0]?.body).toContain('name="published"\r\n\r\nfalse');
  expect(seen[0]?.body).toContain(photo.toString('latin1'));
  rmSync(folder, { recursive: true });
});

describe('what is never sent', () => {
  test.each([
    '//evil.example/me',
    'https://evil.example/me/accounts',
    '/../1',
    '/1/feed/../../2',
    '/1@evil.example/feed',
    '/1/feed?access_token=x',
    '1/feed',
    '/1/feed/more',
    '',
  ])('a path that could lead elsewhere: %s', async (path) => {
    await expect(graph.call({ method: 'POST', path, token })).rejects.toThrow(/path is not one|edge is not called/);
    expect(seen).toEqual([]);
  });

  test.each(['adaccounts', 'friends', 'constructor', 'business_users'])(
    'an edge that we do not need: %s',
    async (edge) => {
      const call = { method: 'GET' as const, path: `/me/${edge}`, token, fields: ['id'] };
      await expect(graph.call(call)).rejects.toThrow('Nothing of a person');
      await expect(graph.call({ ...call, path: `/1/${edge}` })).rejects.toThrow('edge is not called');
      expect(seen).toEqual([]);
    },
  );

  test.each([
    ['/1_2', ['id', 'birthday']],
    ['/me/accounts', ['id', 'access_token,location']],
    ['/1', ['name', 'is_published', 'profile_picture_url']],
    ['/me/accounts', ['id', 'access_token']],
    ['/1', []],
    ['/me', ['id', 'name']],
  ])('fields outside the list: %s %j', async (path, fields) => {
    await expect(graph.call({ method: 'GET', path, token, fields })).rejects.toThrow();
    expect(seen).toEqual([]);
  });

  test.each([
    'https://graph.facebook.com.evil.example',
    'http://graph.facebook.com',
    'https://graph.instagram.com',
    'http://10.0.0.1',
  ])('anything to the host %s', (graphUrl) => {
    expect(() => new GraphClient({ graphUrl, appId: '42', appSecret })).toThrow('Only graph.facebook.com');
  });

  test('anything to a host that Meta redirects to', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/stolen' }).end();
    expect(await readPost()).toMatchObject({ ok: false, failure: { kind: 'no-answer', httpStatus: 302 } });
    expect(seen).toHaveLength(1);
  });
});

describe('what comes back', () => {
  test.each([
    ['a page of a proxy', 502, '<html>Bad gateway</html>'],
    ['nothing', 200, ''],
    ['cut JSON', 200, '{"id": "1_'],
    ['null', 200, 'null'],
    ['a number', 200, '7'],
    ['an error without a code', 400, '{"error":"no"}'],
    ['an error of null', 400, '{"error":null}'],
    ['another shape with 500', 500, '{"debug_info":{"retriable":true}}'],
    ['a "no" without a reason', 200, '{"success":false}'],
  ])('%s is no answer, and nobody knows what was done', async (_, status, text) => {
    answer = (_request, response) => response.writeHead(status).end(text);
    expect(await readPost()).toMatchObject({
      ok: false,
      failure: { kind: 'no-answer', reaction: 'retry', commit: 'unknown', httpStatus: status },
    });
  });

  test('text that no database can hold comes without what it cannot hold', async () => {
    answer = json(200, { id: '1_2', name: 'Bak\0ery \ud83d', list: [{ scope: '\0' }] });
    const kept = { id: '1_2', name: 'Bakery \ufffd', list: [{ scope: '' }] };
    expect(await readPost()).toEqual({ ok: true, data: kept });
  });

  test('a connection that breaks is no answer', async () => {
    answer = (request) => request.socket.destroy();
    expect(await readPost()).toMatchObject({ ok: false, failure: { kind: 'no-answer', commit: 'unknown' } });
  });

  test('an answer that does not come in time is no answer', async () => {
    answer = () => {};
    expect(await readPost({ timeoutMs: 50 })).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
  });

  test('an answer without end is not read to its end', async () => {
    const mebibyte = 1024 * 1024;
    let sentBytes = 0;
    answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && sentBytes < 64 * mebibyte) {
          sentBytes += mebibyte;
          if (!response.write(Buffer.alloc(mebibyte, 0x20))) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    expect(await readPost()).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
    expect(sentBytes).toBeLessThan(32 * mebibyte);
  });

  test('a caller can give up', async () => {
    answer = () => {};
    const giveUp = new AbortController();
    const reading = readPost({ signal: giveUp.signal, timeoutMs: 3_600_000 });
    giveUp.abort();
    expect(await reading).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
  });

  test("neither Meta's message nor the token is in a failure", async () => {
    answer = json(400, { error: { message: `Bad token ${token}`, code: 190, error_subcode: 460, fbtrace_id: 'Axy' } });
    const got = await readPost();
    expect(got).toMatchObject({
      ok: false,
      failure: { reaction: 'reauthorize', code: 190, subcode: 460, traceId: 'Axy' },
    });
    expect(JSON.stringify(got)).not.toContain(token);
  });

  test('being slowed down comes with how long', async () => {
    const usage = JSON.stringify({ '1': [{ type: 'pages', estimated_time_to_regain_access: 7 }] });
    answer = json(400, { error: { code: 80001 } }, { 'x-business-use-case-usage': usage });
    expect(await readPost()).toMatchObject({ failure: { reaction: 'retry-after', retryAfterMs: 7 * 60_000 } });
    answer = json(400, { error: { code: 4 } }, { 'x-business-use-case-usage': 'not json', 'retry-after': '30' });
    expect(await readPost()).toMatchObject({ failure: { reaction: 'retry-after', retryAfterMs: 30_000 } });
    answer = json(400, { error: { code: 4 } }, { 'x-business-use-case-usage': '[null,7]' });
    expect(await readPost()).toMatchObject({ failure: { reaction: 'retry-after', retryAfterMs: 60_000 } });
  });

  test('another version than the pinned one is an alarm, once', async () => {
    answer = json(200, { id: '1_2' }, { 'facebook-api-version': 'v27.0' });
    await readPost();
    await readPost();
    expect(alarms).toEqual([[expect.stringContaining('another version'), { pinned: 'v26.0', served: 'v27.0' }]]);
  });
});
