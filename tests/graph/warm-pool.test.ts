import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WarmPool } from '../../activities/graph/warm-pool.ts';
import { eventually } from '../stack/eventually.ts';

let server: Server;
let pool: WarmPool;
let [connections, calls] = [0, 0];
/** Answers that are held back until all calls are there. */
let held: (() => void)[] = [];

beforeEach(async () => {
  [connections, calls, held] = [0, 0, []];
  server = createServer((request, response) => {
    calls += 1;
    request.resume();
    held.push(() => response.end('{}'));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  pool = new WarmPool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 20);
});

afterEach(async () => {
  await pool.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const expectCalls = (count: number) => {
  for (let n = 0; n < count; n++) pool.expectCall();
};

const call = async () => (await pool.pool.request({ method: 'POST', path: '/', body: 'a=b' })).body.text();

async function callAtOnce(count: number): Promise<void> {
  const answers = Array.from({ length: count }, call);
  await eventually(() => calls >= count, { what: `${count} calls at once` });
  for (const answer of held) answer();
  await Promise.all(answers);
}

test('calls that were announced find their connections open', async () => {
  expectCalls(10);
  await eventually(() => pool.ready === 10, { what: 'ten connections' });
  await callAtOnce(10);
  expect(connections).toBe(10);
});

test('no more connections are opened ahead than there may be', async () => {
  expectCalls(50);
  await eventually(() => pool.ready === 20, { what: 'twenty connections' });
  await callAtOnce(20);
  expect(connections).toBe(20);
});

test('what is free already is not opened again', async () => {
  await callAtOnce(5);
  await eventually(() => pool.pool.stats.free === 5, { what: 'five free connections' });
  expectCalls(5);
  calls = 0;
  held = [];
  await callAtOnce(5);
  expect(connections).toBe(5);
});

test('calls that nobody announced are made all the same', async () => {
  await callAtOnce(3);
  expect(calls).toBe(3);
});

test('a connection that broke while it waited is not used', async () => {
  expectCalls(4);
  await eventually(() => pool.ready === 4, { what: 'four connections' });
  server.closeAllConnections();
  await eventually(() => pool.ready === 0, { what: 'the end of them to be noticed' });
  await callAtOnce(4);
  expect(calls).toBe(4);
});

test('nobody who cannot be reached is an error before the call', async () => {
  const nowhere = new WarmPool('http://127.0.0.1:1', 5);
  nowhere.expectCall();
  await expect(nowhere.pool.request({ method: 'GET', path: '/' })).rejects.toThrow();
  await nowhere.close();
});
