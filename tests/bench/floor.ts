import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { graphVersion } from '../../meta/version.ts';
import type { Stack } from '../stack/stack.ts';
import { type CommitCall, makeDrafts } from './drafts.ts';
import { type Lateness, lateness } from './lateness.ts';
import { appIdentity } from './page-tokens.ts';

const leadMs = 3_000;
const connectionsAtMost = 1_000;
const writtenAtOnce = 20;

/**
 * How late the same calls are of a client that does nothing but write bytes that lie ready to connections that are open: what the machine and
 * the simulator need for them.
 */
export async function measureFloor(stack: Stack, size: { posts: number; accounts: number }): Promise<Lateness> {
  const calls = await makeDrafts(stack, size);
  const { hostname, port, host } = new URL(stack.urls.simulator);
  const { appSecret } = appIdentity(stack);
  const sockets: Socket[] = [];
  while (sockets.length < Math.min(calls.length, connectionsAtMost)) {
    const socket = connect(Number(port), hostname)
      .setNoDelay()
      .on('error', () => {});
    await once(socket, 'connect');
    sockets.push(socket);
  }
  try {
    const requests = calls.map((call) => bytesOf(call, host, appSecret));
    const dueAtMs = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
    await sleep(dueAtMs - Date.now());
    const waiting = requests.splice(sockets.length);
    const answered = Promise.withResolvers<void>();
    let left = calls.length;
    for (const [n, socket] of sockets.entries()) {
      socket.on('close', () => answered.reject(new Error('The simulator has hung up')));
      socket.on('data', () => {
        left -= 1;
        if (left === 0) answered.resolve();
        socket.write(waiting.shift() ?? '');
      });
      socket.write(requests[n] ?? '');
      if (n % writtenAtOnce === 0) await turn();
    }
    // Who asks for the truth before takes from what is measured.
    await answered.promise;
    const texts = new Set(calls.map(({ text }) => text));
    return await lateness(stack.simulator, {
      isOurs: ({ words }) => texts.has(words ?? ''),
      count: calls.length,
      dueAtMs,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function bytesOf({ path, token, params }: CommitCall, host: string, appSecret: string): Buffer {
  const proof = createHmac('sha256', appSecret).update(token).digest('hex');
  const values = Object.entries(params).map(([name, value]): [string, string] => [name, String(value)]);
  const body = new URLSearchParams(values).toString();
  const lines = [
    `POST /${graphVersion}${path}?appsecret_proof=${proof} HTTP/1.1`,
    `host: ${host}`,
    'connection: keep-alive',
    `authorization: Bearer ${token}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
