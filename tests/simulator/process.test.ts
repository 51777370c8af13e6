import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mediaServer, mp4 } from './contents.ts';
import { eventually } from './eventually.ts';
import { appId, appSecret, bakery, bakeryInstagram, picture, Simulated } from './simulated.ts';

// Each test starts processes, which takes as long as the machine is busy.
vi.setConfig({ testTimeout: 90_000 });

const running = new Set<ChildProcess>();
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  for (const child of running) await ended(child, 'SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

test('state survives kill -9', async () => {
  const first = await start();
  const token = await first.meta.pageToken();
  const post = await first.meta.draft(token);
  await first.meta.publish(post, token);
  const photo = (await first.meta.upload(token, picture(), { published: 'false' })).body.id;
  await first.meta.switch({ publishAgain: 'error' });
  await first.meta.fault('readPage', 'refuse');
  await first.meta.passTime(3_600_000);
  const before = await first.meta.truth();
  await ended(first.child, 'SIGKILL');
  await writeFile(join(directory, 'photos', 'half.part'), 'half of an upload');

  const { meta } = await start();
  expect(await meta.truth()).toEqual(before);
  expect(await readdir(join(directory, 'photos'))).toEqual([photo]);
  expect((await meta.get(`/photos/${photo}/image`)).status).toBe(200);
  expect((await meta.publish(post, token)).body.error).toMatchObject({ code: 100 });
  expect((await meta.get('/me', token)).status).toBe(400);
  expect((await meta.get('/me', token)).status).toBe(200);
  expect((await meta.sim('GET', 'clock')).body.offsetMs).toBe(3_600_000);
});

test('a video that was being fetched is fetched again after kill -9', async () => {
  const contents: Parameters<typeof mediaServer>[0] = { 'a.mp4': { after: new Promise(() => undefined) } };
  await using server = await mediaServer(contents);
  const first = await start();
  const token = await first.meta.pageToken();
  const form = { media_type: 'REELS', video_url: server.url('a.mp4') };
  const { id } = (await first.meta.post(`/${bakeryInstagram}/media`, token, form)).body;
  await eventually(() => server.asked).toHaveLength(1);
  await ended(first.child, 'SIGKILL');
  contents['a.mp4'] = { bytes: mp4(), type: 'video/mp4' };

  const { meta } = await start();
  const status = async () => (await meta.get(`/${id}`, token, { fields: 'status_code' })).body.status_code;
  await eventually(status).toBe('FINISHED');
});

test('an upload that a killed simulator had begun goes on where it was', async () => {
  const first = await start();
  const token = await first.meta.pageToken();
  const begun = (await first.meta.post(`/${bakery}/video_reels`, token, { upload_phase: 'start' })).body;
  await first.meta.fault('rupload', 'resetMidUpload', { afterBytes: 700 });
  const bytes = mp4();
  const send = (meta: Simulated, from: number) =>
    meta.call('POST', new URL(begun.upload_url).pathname, {
      body: bytes.subarray(from),
      headers: { authorization: `OAuth ${token}`, offset: String(from), file_size: String(bytes.length) },
    });
  await expect(send(first.meta, 0)).rejects.toThrow('fetch failed');
  await ended(first.child, 'SIGKILL');

  const { meta } = await start();
  expect((await send(meta, 0)).body.debug_info).toMatchObject({ type: 'OffsetInvalidError' });
  expect((await send(meta, 700)).body).toMatchObject({ success: true });
});

test('SIGTERM ends it at once, whoever is being served', async () => {
  const { child, meta } = await start();
  await meta.fault('token', 'slow', { delayMs: 60_000 });
  const cut = meta.redeem('x').catch(() => 'cut');
  await eventually(async () => (await meta.sim('GET', 'faults')).body[0].hits).toBe(1);
  const begun = Date.now();
  expect(await ended(child, 'SIGTERM')).toBe(0);
  expect(Date.now() - begun).toBeLessThan(20_000);
  expect(await cut).toBe('cut');
});

test('a taken port is one clear sentence and the end', async () => {
  const { port } = await start();
  const { child, output } = spawned({ SIMULATOR_PORT: String(port), SIMULATOR_DIR: join(directory, 'other') });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(output.err).toBe(`Port ${port} is taken: set SIMULATOR_PORT to another one, or stop what listens there.\n`);
});

test('a folder that cannot be used is named, in one sentence', async () => {
  const { child, output } = spawned({ SIMULATOR_DIR: '/dev/null/nowhere' });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(output.err).toMatch(/^The simulator cannot start in \/dev\/null\/nowhere: .+\n$/);
});

test('a wrong setting is named and refused', async () => {
  const { child, output } = spawned({ SIMULATOR_PORT: 'eighty', SIMULATOR_DIR: directory });
  expect(await once(child, 'close')).toEqual([78, null]);
  expect(output.err).toContain('SIMULATOR_PORT');
});

test('no token, code or secret is ever logged', async () => {
  const { child, meta, output } = await start();
  const code = (await meta.decide()).searchParams.get('code') ?? '';
  const user = (await meta.redeem(code)).body.access_token;
  const page = await meta.pageToken();
  await meta.get(`/me?access_token=${user}`);
  await meta.get(`/${page}/${appId}|${appSecret}/${code}`);
  await ended(child, 'SIGTERM');
  expect(output.out).toContain('"path":"/oauth/access_token"');
  for (const secret of [code, user, page, appSecret]) expect(output.out + output.err).not.toContain(secret);
});

function spawned(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['simulator/main.ts'], {
    env: {
      PATH: process.env.PATH,
      SIMULATOR_APP_SECRET: appSecret,
      SIMULATOR_PORT: '0',
      SIMULATOR_DIR: directory,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const output = { out: '', err: '' };
  child.stdout.on('data', (data) => (output.out += data));
  child.stderr.on('data', (data) => (output.err += data));
  return { child, output };
}

async function start() {
  const { child, output } = spawned({});
  const [line] = await once(createInterface(child.stdout), 'line');
  const { port } = JSON.parse(line) as { port: number };
  return { child, output, port, meta: new Simulated(port) };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const closed = once(child, 'close');
  child.kill(signal);
  return (await closed)[0] as number | null;
}
