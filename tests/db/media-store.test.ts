import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileMediaStore } from '../../db/media/file-store.ts';
import { MediaMismatch, MediaNotFound, mediaKey } from '../../db/media/store.ts';

let folder: string;
let store: FileMediaStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quixess-media-'));
  store = new FileMediaStore(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const keyOf = (bytes: Buffer, tenant = v7()) => mediaKey(tenant, createHash('sha256').update(bytes).digest());
async function* inChunks(bytes: Buffer, size = 1_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const filesOf = (key: string) => readdir(join(folder, key.split('/')[0] ?? '')).catch(() => []);

test('what is stored is read back, whole and in part', async () => {
  const bytes = randomBytes(10_500);
  const key = keyOf(bytes);
  await store.put(key, inChunks(bytes));
  expect(await buffer(await store.read(key))).toEqual(bytes);
  expect(await buffer(await store.read(key, { start: 1_000, end: 1_999 }))).toEqual(bytes.subarray(1_000, 2_000));
  expect(await buffer(await store.read(key, { start: 10_000 }))).toEqual(bytes.subarray(10_000));
});

test('a blob for an upload carries the same bytes and its type', async () => {
  const bytes = randomBytes(3_000);
  const key = keyOf(bytes);
  await store.put(key, inChunks(bytes));
  const blob = await store.openBlob(key, 'image/jpeg');
  expect([blob.size, blob.type]).toEqual([3_000, 'image/jpeg']);
  expect(Buffer.from(await blob.arrayBuffer())).toEqual(bytes);
});

test('the same media coming several times at once is stored once', async () => {
  const bytes = randomBytes(50_000);
  const key = keyOf(bytes);
  await Promise.all([1, 2, 3, 4].map(() => store.put(key, inChunks(bytes))));
  expect(await filesOf(key)).toHaveLength(1);
  expect(await buffer(await store.read(key))).toEqual(bytes);
});

test('an upload that breaks off leaves nothing', async () => {
  const bytes = randomBytes(5_000);
  const key = keyOf(bytes);
  async function* breaking() {
    yield bytes.subarray(0, 2_000);
    throw new Error('the client went away');
  }
  await expect(store.put(key, breaking())).rejects.toThrow('went away');
  expect(await filesOf(key)).toEqual([]);
});

test('bytes under a name that is not theirs are refused and not kept', async () => {
  const key = keyOf(randomBytes(10));
  await expect(store.put(key, inChunks(randomBytes(10)))).rejects.toThrow(MediaMismatch);
  expect(await filesOf(key)).toEqual([]);
});

test('what is not there is said not to be there; deleting it again does no harm', async () => {
  const bytes = randomBytes(100);
  const key = keyOf(bytes);
  await store.put(key, inChunks(bytes));
  await store.delete(key);
  await store.delete(key);
  await expect(store.read(key)).rejects.toThrow(MediaNotFound);
  await expect(store.openBlob(key)).rejects.toThrow(MediaNotFound);
});

test('a key that points out of the folder reaches nothing', async () => {
  for (const key of ['../../etc/passwd', `${v7()}/../../secret`, '/etc/passwd', '', `${v7()}/${'A'.repeat(64)}`])
    for (const attempt of [
      () => store.read(key),
      () => store.openBlob(key),
      () => store.delete(key),
      () => store.put(key, inChunks(Buffer.alloc(1))),
    ])
      await expect(attempt(), key).rejects.toThrow(MediaNotFound);
});

test('a large upload is never whole in memory: each part is written before the next is asked for', async () => {
  const part = randomBytes(100_000);
  const parts = 20;
  const whole = Buffer.concat(Array.from({ length: parts }, () => part));
  const key = keyOf(whole);
  const written: number[] = [];
  async function* upload() {
    for (let i = 0; i < parts; i += 1) {
      const [unfinished] = await readdir(join(folder, '.incoming'));
      written.push(unfinished ? (await stat(join(folder, '.incoming', unfinished))).size : 0);
      yield part;
    }
  }
  await store.put(key, upload());
  expect(written).toEqual(Array.from({ length: parts }, (_, i) => i * part.length));
});
