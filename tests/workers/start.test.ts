import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, inject, test } from 'vitest';
import { freePort } from '../stack/free-port.ts';

const key = Buffer.alloc(32, 1).toString('base64');

const env = async (given: Record<string, string> = {}) => ({
  PATH: process.env.PATH ?? '',
  WORKER_DATABASE_URL: inject('provisionerUrl'),
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  PUBLIC_URL: 'http://127.0.0.1:4000',
  MEDIA_DIR: tmpdir(),
  META_APP_ID: '1',
  META_APP_SECRET: 'a-secret-of-nobody',
  META_GRAPH_URL: 'http://127.0.0.1:1',
  MASTER_KEY: key,
  ROUTE_KEY: key,
  MEDIA_URL_KEY: key,
  WORKER_PORT: String(await freePort()),
  ...given,
});

/** Starts a worker that cannot start, and answers what it says. */
async function refused(given: Record<string, string>): Promise<{ code: number; words: string }> {
  const child = spawn(process.execPath, ['workers/main.ts'], {
    env: await env(given),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk) => {
    words += chunk;
  });
  const code = await new Promise<number>((resolve) => child.once('close', resolve));
  return { code, words };
}

test('a worker that does not reach Temporal says so, and where it looked', async () => {
  const { code, words } = await refused({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(words).toContain('Temporal cannot be reached at 127.0.0.1:1.');
  expect(code).toBe(1);
});

test('a worker that does not reach its database names the variable', async () => {
  const { code, words } = await refused({ WORKER_DATABASE_URL: 'postgres://a:canary@127.0.0.1:1/x' });
  expect(words).toContain('WORKER_DATABASE_URL');
  expect(words).not.toContain('canary');
  expect(code).toBe(1);
});

test('a worker whose port is taken names it, and the variable that changes it', async () => {
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { words } = await refused({ WORKER_PORT: String(port) });
  expect(words).toContain(`Port ${port} is taken`);
  expect(words).toContain('WORKER_PORT');
  await new Promise((resolve) => server.close(resolve));
});

test('a wrong configuration is refused by name, with an exit code of its own', async () => {
  const { code, words } = await refused({ META_APP_SECRET: 'short', MASTER_KEY: 'canary-not-a-key' });
  expect(words).toContain('META_APP_SECRET');
  expect(words).toContain('MASTER_KEY');
  expect(words).not.toContain('canary');
  expect(code).toBe(78);
});

test('delays of the witness can be shortened on a loopback Graph host only', async () => {
  const { code, words } = await refused({ META_GRAPH_URL: 'https://graph.facebook.com', WITNESS_DELAY_FACTOR: '0.5' });
  expect(words).toContain('WITNESS_DELAY_FACTOR must be 1');
  expect(code).toBe(78);
});
