import { createServer, type Server } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GraphClient } from '../../activities/graph/client.ts';
import { ConfigError, readConfig } from '../../deploy/config.ts';

const app = { appId: '42', appSecret: 'a-secret-of-16-or-more' };
const token = 'CANARY-token-of-a-page';
const call = { method: 'GET', path: '/me/accounts', token, fields: ['id'] } as const;

/** A host that hangs up on everybody, once it has heard the first that they say. */
let server: Server;
let port: number;
let heard: Buffer[];
beforeAll(async () => {
  heard = [];
  server = createServer((socket) =>
    socket
      .on('error', () => {})
      .once('data', (bytes: Buffer) => {
        heard.push(bytes);
        socket.destroy();
      }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** The versions that a ClientHello offers (RFC 8446): in its extension 43. */
function offered(hello: Buffer): number[] {
  let at = 5 + 4 + 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  const end = at + 2 + hello.readUInt16BE(at);
  for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2))
    if (hello.readUInt16BE(at) === 43)
      return Array.from({ length: hello.readUInt8(at + 4) / 2 }, (_, n) => hello.readUInt16BE(at + 5 + 2 * n));
  return [];
}

const tls12 = 0x0303;

test('3.1 to Meta nothing older than TLS 1.2 is offered, whatever the process allows, and nothing is said before', async () => {
  const usual = { min: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS };
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' });
  const graph = new GraphClient({ graphUrl: `https://127.0.0.1:${port}`, ...app });
  expect(await graph.call(call)).toMatchObject({ ok: false, failure: { kind: 'no-answer' } });
  await graph.close();
  Object.assign(tls, { DEFAULT_MIN_VERSION: usual.min, DEFAULT_CIPHERS: usual.ciphers });
  const [hello = Buffer.alloc(0)] = heard;
  const handshake = 22;
  expect(hello.readUInt8(0)).toBe(handshake);
  expect(Math.min(...offered(hello))).toBe(tls12);
  for (const bytes of heard) expect(bytes.toString('latin1')).not.toContain(token);
});

test.each([
  'http://graph.facebook.com',
  'http://rupload.facebook.com',
  'https://graph.facebook.com.example.org',
  'https://example.org',
  'https://graph.facebook.com:444',
  'ftp://graph.facebook.com',
])('3.1 nobody is called at %s', (graphUrl) => {
  expect(() => new GraphClient({ graphUrl, ...app })).toThrow('Only graph.facebook.com');
});

test.each([
  ['worker', 'META_GRAPH_URL'],
  ['api', 'META_DIALOG_URL'],
  ['api', 'PUBLIC_URL'],
] as const)('3.1 a %s that is given a %s without https does not start', (process, name) => {
  const problemWith = (url: string) => {
    try {
      readConfig(process, { [name]: url });
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.find((problem) => problem.startsWith(`${name} `));
      throw error;
    }
    return undefined;
  };
  expect(problemWith('http://graph.facebook.com')).toContain('http is for loopback addresses only');
  expect(problemWith('https://graph.facebook.com')).toBeUndefined();
});
