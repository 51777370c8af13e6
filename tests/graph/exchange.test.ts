import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { exchange } from '../../activities/graph/exchange.ts';
import { eventually } from '../stack/eventually.ts';

/** Whoever is asked answers when the test says so, and there is one connection for all. */
async function oneAtATime() {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    held.push(() => void response.end('{}'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 1 });
  onTestFinished(async () => {
    await pool.destroy();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  const send = (path: string) =>
    exchange(pool, { method: 'GET', path }, { timeoutMs: 20_000, answerAtMostBytes: 1_000 });
  return { asked, answer: () => held.shift()?.(), send };
}

test('what waits for a connection is sent when it is its turn', async () => {
  const { asked, answer, send } = await oneAtATime();
  const [first, second] = [send('/first'), send('/second')];
  await eventually(() => asked.length === 1, { what: 'the first call' });
  answer();
  await first;
  await eventually(() => asked.length === 2, { what: 'the second call' });
  answer();
  expect((await second).text).toBe('{}');
});

test('what waited for longer than it may take is not sent, also where the process was frozen and no timer has fired', async () => {
  const { asked, answer, send } = await oneAtATime();
  const [first, second] = [send('/first'), send('/second')];
  const refused = expect(second).rejects.toThrow('no answer in time');
  await eventually(() => asked.length === 1, { what: 'the first call' });
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 20_000);
  onTestFinished(() => clock.mockRestore());
  answer();
  await first;
  await refused;
  expect(asked).toEqual(['/first']);
});
