import { createHmac } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphClient } from '../../activities/graph/client.ts';
import { Governor } from '../../activities/graph/governor.ts';
import { offsetOf, openUploads, send } from '../../activities/graph/rupload.ts';
import { freshControl } from '../stack/database.ts';

const token = 'EAAtokenThatNobodySees';
const upload = { to: 'video-upload', id: '7795', token } as const;
let server: Server;
let pool: Pool;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  pool = openUploads(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await pool.destroy();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** Takes in everything, then answers. */
const answering =
  (status: number, body: string): RequestListener =>
  (request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(body));
  };

const proof = 'ab12';
const sending = async (more: Omit<Parameters<typeof send>[1], keyof typeof upload>) =>
  (await send(pool, { ...upload, ...more }, proof)).answer;
const sent = (text = 'the film') =>
  sending({ fileBytes: text.length + 4, offset: 4, bytes: Readable.from([Buffer.from(text)]) });

test('what is sent says where it begins and how long the whole is, to an address made of the id', async () => {
  const seen: unknown[] = [];
  answer = (request, response) => {
    const { offset, file_size, authorization } = request.headers;
    seen.push({ url: request.url, offset, file_size, authorization });
    answering(200, '{"success":true}')(request, response);
  };
  expect(await sent()).toEqual({ ok: true, data: { success: true } });
  expect(seen).toEqual([
    {
      url: '/video-upload/v26.0/7795?appsecret_proof=ab12',
      offset: '4',
      file_size: '12',
      authorization: `OAuth ${token}`,
    },
  ]);
});

const problem = (type: string, retriable: boolean) =>
  JSON.stringify({ debug_info: { type, retriable, message: `About ${token}` } });

test.each([
  ['a wrong offset', 400, problem('OffsetInvalidError', true), 'refused', 'retry'],
  ['a part only', 400, problem('PartialRequestError', true), 'refused', 'retry'],
  ['a film that it cannot take', 400, problem('ProcessingFailedError', false), 'refused', 'permanent'],
  ['a fault of its own', 500, problem('ProcessingFailedError', false), 'refused', 'retry'],
  ['an envelope without anything in it', 400, '{"debug_info":null}', 'refused', 'permanent'],
  ['the envelope of Graph', 400, '{"error":{"code":190,"error_subcode":463}}', 'refused', 'reauthorize'],
  ['the page of a proxy', 502, '<html>Bad gateway</html>', 'no-answer', 'retry'],
  ['a cut answer', 200, '{"succ', 'no-answer', 'retry'],
  ['no object', 200, '"yes"', 'no-answer', 'retry'],
  ['an error without an envelope', 404, '{}', 'no-answer', 'retry'],
] as const)('%s is understood, and quotes no token', async (_name, status, body, kind, reaction) => {
  answer = answering(status, body);
  const said = await sent();
  expect(said).toMatchObject({ ok: false, failure: { kind, reaction } });
  expect(JSON.stringify(said)).not.toContain(token);
});

test('a connection that breaks amid the film is no answer, and quotes no token', async () => {
  answer = ({ socket }) => socket.destroy();
  const said = await sent();
  expect(said).toMatchObject({ ok: false, failure: { kind: 'no-answer', reaction: 'retry', commit: 'unknown' } });
  expect(JSON.stringify(said)).not.toContain(token);
});

test('a file that cannot be read is no answer either, and leaves nothing open', async () => {
  answer = answering(200, '{"success":true}');
  const bytes = new Readable({ read() {} });
  const said = sending({ fileBytes: 8, offset: 0, bytes });
  bytes.destroy(new Error('The disk is gone'));
  expect(await said).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
  expect(bytes.destroyed).toBe(true);
});

test('who is told to stop stops', async () => {
  answer = () => {};
  const stop = new AbortController();
  const bytes = Readable.from([Buffer.alloc(8)]);
  const said = sending({ fileBytes: 8, offset: 0, bytes, signal: stop.signal });
  stop.abort();
  expect(await said).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
  expect(bytes.destroyed).toBe(true);
});

test.each([
  ['{"offset":12}', 12],
  ['{"file_offset":"12"}', 12],
  ['{"offset":3,"file_offset":12}', 12],
  ['{}', undefined],
  ['{"offset":-1}', undefined],
  ['{"offset":"soon"}', undefined],
  ['{"offset":', undefined],
])('how far it has come is read from %s', async (body, bytes) => {
  answer = answering(200, body);
  const { answer: said } = await offsetOf(pool, upload, proof);
  expect(said.ok ? said.data : undefined).toBe(bytes);
});

test('a film of 512 MB is never in memory as a whole', async () => {
  answer = answering(200, '{"success":true}');
  const [chunk, chunks] = [Buffer.alloc(1024 * 1024), 512];
  const heldBytes = () => process.memoryUsage().arrayBuffers;
  const before = heldBytes();
  let most = before;
  async function* film() {
    for (let n = 0; n < chunks; n++) {
      most = Math.max(most, heldBytes());
      // Each a buffer of its own, as a file gives them.
      yield Buffer.from(chunk);
    }
  }
  const bytes = Readable.from(film(), { objectMode: true, highWaterMark: 1 });
  expect((await sending({ fileBytes: chunk.length * chunks, offset: 0, bytes })).ok).toBe(true);
  expect(most - before).toBeLessThan(200 * 1024 * 1024);
});

test('an upload proves its token like every other call, and what it hears of limits holds for the next one', async () => {
  const fresh = await freshControl();
  const { control, routeKey: key } = fresh;
  const governor = new Governor({ control, key, appId: '1' });
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const graph = new GraphClient({ graphUrl, appId: '1', appSecret: 'secret', governor, class: 'publish' });
  const urls: string[] = [];
  const usage = { 7795: [{ type: 'pages', call_count: 100, estimated_time_to_regain_access: 5 }] };
  answer = (request, response) => {
    urls.push(request.url ?? '');
    response.setHeader('x-business-use-case-usage', JSON.stringify(usage));
    answering(200, '{"success":true,"offset":0}')(request, response);
  };
  const film = () => ({ ...upload, fileBytes: 8, offset: 0, bytes: Readable.from([Buffer.alloc(8)]) });
  try {
    expect(await graph.upload(film())).toMatchObject({ ok: true });
    const right = createHmac('sha256', 'secret').update(token).digest('hex');
    expect(urls).toEqual([`/video-upload/v26.0/7795?appsecret_proof=${right}`]);
    const kept = film();
    expect(await graph.upload(kept)).toMatchObject({ ok: false, failure: { sent: false } });
    expect(await graph.uploadedBytes(upload)).toMatchObject({ ok: false, failure: { sent: false } });
    expect(kept.bytes.destroyed).toBe(true);
    expect(urls).toHaveLength(1);
  } finally {
    await graph.close();
    await governor.close();
    await fresh.close();
  }
});
