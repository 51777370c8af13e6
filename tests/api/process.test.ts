import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { freePort } from '../stack/free-port.ts';
import { HttpClient } from '../stack/http.ts';
import { type Api, type Person, password, startApiFor } from './api.ts';
import { images, seedAccount, seedConnection } from './seed.ts';

/** Eight seconds, and what a busy machine adds; whoever waits for a client that never finishes waits for minutes. */
const stopsWithinMs = 30_000;
const main = fileURLToPath(new URL('../../api/main.ts', import.meta.url));

/** The databases, and a person in them; its own API stays idle, ours are processes. */
let api: Api;
let tenant: string;
let editor: Person;
let page: string;
let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  page = await api.rows(tenant, async (db) => seedAccount(db, await seedConnection(db)));
  folder = mkdtempSync(join(tmpdir(), 'quixess-process-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  said: () => { out: string; err: string };
  ended: Promise<{ code: number | null; signal: string | null }>;
}

function start(changes: Record<string, string | undefined> = {}): Running {
  const env = Object.fromEntries(
    Object.entries({ ...api.config, MEDIA_DIR: folder, ...changes }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  return { child, said: () => said, ended };
}

async function serving(port: number): Promise<Running & { client: HttpClient }> {
  const url = `http://127.0.0.1:${port}`;
  const running = start({ API_PORT: String(port), PUBLIC_URL: url });
  const client = new HttpClient(url);
  await eventually(async () => (await client.get('/healthz')).status === 200, {
    what: 'the API to serve',
  });
  return { ...running, client };
}

const incoming = () => {
  const at = join(folder, '.incoming');
  return existsSync(at) ? readdirSync(at) : [];
};
const uploadToBegin = () => eventually(() => incoming().length > 0, { what: 'the upload to have begun' });

test('a wrong configuration is refused by the name of the variable, without its value', async () => {
  const { ended, said } = start({ PUBLIC_URL: 'http://canary.example', MEDIA_URL_KEY: undefined });
  expect((await ended).code).toBe(78);
  expect(said().err).toMatch(/PUBLIC_URL is wrong/);
  expect(said().err).toMatch(/MEDIA_URL_KEY is missing/);
  expect(said().err).not.toContain('canary');
});

test('a taken port is said in one sentence that names it and the variable that changes it', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as { port: number };
  const { ended, said } = start({ API_PORT: String(port) });
  expect((await ended).code).toBe(1);
  expect(said().err.trim()).toBe(
    `Port ${port} is taken: another process listens on 127.0.0.1:${port}. Stop it, or choose another port with API_PORT.`,
  );
  holder.close();
});

test('told to stop, it finishes what is under way, takes nobody new, and ends with 0', async () => {
  const port = await freePort();
  const { child, client, ended, said } = await serving(port);
  const cookie = await cookieOf(client.url);
  const headers = { cookie, origin: client.url, 'content-length': String(images.png.length) };
  const slow = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/media', headers });
  const answered = new Promise<number | undefined>((resolve, reject) =>
    slow.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject),
  );
  slow.write(images.png.subarray(0, 20));
  await uploadToBegin();
  // As a terminal and its launcher do: everybody says it, more than once.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) child.kill(signal);
  const sentMs = performance.now();
  await eventually(
    () =>
      client.get('/healthz').then(
        () => false,
        () => true,
      ),
    { what: 'nobody new to be taken' },
  );
  slow.end(images.png.subarray(20));
  expect(await answered).toBe(201);
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - sentMs).toBeLessThan(stopsWithinMs);
  for (const line of said().out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ process: 'api' });
});

test('a client that never finishes does not keep it from stopping within 8 s', async () => {
  const port = await freePort();
  const { child, client, ended } = await serving(port);
  const headers = { cookie: await cookieOf(client.url), origin: client.url, 'content-length': '1000' };
  const stuck = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/media', headers });
  stuck.on('error', () => undefined).write(images.png);
  await uploadToBegin();
  child.kill('SIGTERM');
  const sentMs = performance.now();
  expect((await ended).code).toBe(0);
  expect(performance.now() - sentMs).toBeLessThan(stopsWithinMs);
});

test('killed while a file is coming in, the next one deletes what it left half received', async () => {
  const port = await freePort();
  const { child, client, ended } = await serving(port);
  const headers = { cookie: await cookieOf(client.url), origin: client.url, 'content-length': '1000' };
  const broken = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/media', headers });
  broken.on('error', () => undefined).write(images.png);
  await uploadToBegin();
  child.kill('SIGKILL');
  await ended;
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  for (const name of incoming()) await utimes(join(folder, '.incoming', name), yesterday, yesterday);
  await serving(port);
  await eventually(() => incoming().length === 0, { what: 'what was half received to be deleted' });
});

test('killed at any moment while it makes a post, the repetition with the same key gives one post', async () => {
  const port = await freePort();
  for (const afterMs of [0, 4, 9, 18, 40]) {
    const text = `killed-after-${afterMs}-ms`;
    const send = (client: HttpClient) =>
      client.post<{ id: string }>(
        '/v1/posts',
        { text, targets: [{ account: page, kind: 'feed' }] },
        { 'idempotency-key': text },
      );
    const first = await serving(port);
    await first.client.logIn(editor.email, password);
    // Warm: the first request of a process opens its connections, which would take all the time there is.
    await first.client.get('/v1/posts');
    const lost = send(first.client).catch(() => undefined);
    await sleep(afterMs);
    first.child.kill('SIGKILL');
    await Promise.all([lost, first.ended]);

    const second = await serving(port);
    await second.client.logIn(editor.email, password);
    const [one, two] = [await send(second.client), await send(second.client)];
    expect(one.status).toBe(201);
    expect(two.body).toEqual(one.body);
    const posts = await api.rows(tenant, (db) =>
      db.selectFrom('posts').select('id').where('text', '=', text).execute(),
    );
    expect(posts).toEqual([{ id: one.body.id }]);
    second.child.kill('SIGKILL');
    await second.ended;
  }
});

async function cookieOf(url: string): Promise<string> {
  const { headers } = await new HttpClient(url).post('/v1/session', { email: editor.email, password });
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
