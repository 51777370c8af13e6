import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { images } from '../api/seed.ts';
import { openTenant } from './kept.ts';

/** Of Linux: whatever is written there is answered as by a disk that is full. */
const fullDisk = '/dev/full';
const manyBytes = 40_000_000;

let it: Awaited<ReturnType<typeof openTenant>>;
beforeAll(async () => {
  it = await openTenant();
});
afterAll(() => it?.api.stop());
beforeEach(() => {
  const store = it.api.parts.media;
  it.api.parts.media = new Proxy(store, {
    get: (target, name) =>
      name === 'receive'
        ? (bytes: AsyncIterable<Uint8Array>) => writeFile(fullDisk, bytes)
        : Reflect.get(target, name).bind(target),
  });
  return () => {
    it.api.parts.media = store;
  };
});

test.skipIf(!existsSync(fullDisk))(
  'an upload for which the disk has no room is told so, and to come later',
  async () => {
    const { status, headers, body } = await it.editor.client.post<Problem>('/v1/media', images.jpg);
    expect([status, headers.get('retry-after'), body.type]).toEqual([503, '60', '/problems/unavailable']);
    expect(body.detail).toContain('The disk is full');
    expect(it.api.logged.join('\n')).toContain('a disk is full');
  },
);

test.skipIf(!existsSync(fullDisk))('who reads the answer only after everything was sent gets it, too', async () => {
  const owner = await it.api.person(it.tenant, 'owner');
  const key = await owner.client.post<{ secret: string }>('/v1/api-keys', { name: 'Uploader', role: 'editor' });
  const { hostname, port } = new URL(it.api.url);
  const socket = connect(Number(port), hostname);
  const head = `POST /v1/media HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${key.body.secret}\r\n`;
  socket.write(`${head}content-length: ${manyBytes}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(Buffer.alloc(manyBytes), () => resolve());
  });
  expect(await text(socket)).toContain('The disk is full');
});
