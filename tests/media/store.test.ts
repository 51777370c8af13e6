import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileMediaStore } from '../../db/media/file-store.ts';
import { S3MediaStore } from '../../db/media/s3-store.ts';
import { MediaMismatch, MediaNotFound, type MediaStore, mediaKey } from '../../db/media/store.ts';
import { type S3Server, startS3 } from '../stack/s3-server.ts';

/** Three parts of an upload to S3. */
const largeBytes = 18_000_000;

interface Place {
  store: MediaStore;
  folder: string;
  /** All that is kept of a tenant, by name. */
  kept(tenant: string): Promise<string[]>;
  close(): Promise<void>;
}

async function inFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'quixess-media-'));
  const kept = (tenant: string) => readdir(join(folder, tenant)).catch(() => []);
  return { store: new FileMediaStore(folder), folder, kept, close: () => rm(folder, { recursive: true }) };
}

async function inBucket(server: S3Server): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'quixess-media-'));
  const store = new S3MediaStore(server.place, folder);
  const kept = async (tenant: string) => {
    const list = new ListObjectsV2Command({ Bucket: server.place.bucket, Prefix: `${tenant}/` });
    return ((await server.client.send(list)).Contents ?? []).map(({ Key = '' }) => Key.split('/')[1] ?? '');
  };
  const close = async () => {
    store.close();
    await rm(folder, { recursive: true });
  };
  return { store, folder, kept, close };
}

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server?.stop());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const keyOf = (bytes: Buffer, tenant = v7()) => mediaKey(tenant, sha256(bytes));
const tenantOf = (key: string) => key.split('/')[0] ?? '';
async function* inChunks(bytes: Buffer, size = 64_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each([
  ['a folder', inFolder],
  ['a bucket of S3', () => inBucket(server)],
] as const)('in %s', (_, open) => {
  let place: Place;
  let store: MediaStore;
  beforeAll(async () => {
    place = await open();
    store = place.store;
  });
  afterAll(() => place?.close());
  const incoming = () => readdir(join(place.folder, '.incoming')).catch(() => []);

  test.each([10_500, largeBytes])('%d bytes that are put there are read back, whole and in part', async (size) => {
    const bytes = randomBytes(size);
    const key = keyOf(bytes);
    await store.put(key, inChunks(bytes));
    expect((await buffer(await store.read(key))).equals(bytes)).toBe(true);
    expect(await buffer(await store.read(key, { start: 1_000, end: 1_999 }))).toEqual(bytes.subarray(1_000, 2_000));
    expect(await buffer(await store.read(key, { start: size - 500 }))).toEqual(bytes.subarray(-500));
  });

  test.each([300, largeBytes])(
    '%d bytes of an upload are known by their hash, and kept when they are wanted',
    async (size) => {
      const bytes = randomBytes(size);
      const tenant = v7();
      const upload = await store.receive(inChunks(bytes));
      expect([upload.bytes, upload.sha256]).toEqual([size, sha256(bytes)]);
      expect(await place.kept(tenant)).toEqual([]);
      await upload.keep(tenant);
      await upload.discard();
      expect(await place.kept(tenant)).toEqual([sha256(bytes).toString('hex')]);
      expect((await buffer(await store.read(keyOf(bytes, tenant)))).equals(bytes)).toBe(true);
      expect(await incoming()).toEqual([]);
    },
  );

  test('an upload that is not wanted leaves nothing', async () => {
    const upload = await store.receive(inChunks(randomBytes(100)));
    await upload.discard();
    expect(await incoming()).toEqual([]);
  });

  test('the same again heals what was lost', async () => {
    const bytes = randomBytes(1_000);
    const tenant = v7();
    const [first, second] = [await store.receive(inChunks(bytes)), await store.receive(inChunks(bytes))];
    await first.keep(tenant);
    await store.delete(keyOf(bytes, tenant));
    await second.keep(tenant);
    for (const upload of [first, second]) await upload.discard();
    expect(await buffer(await store.read(keyOf(bytes, tenant)))).toEqual(bytes);
  });

  test('a blob for a form carries the same bytes and its type', async () => {
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
    expect(await place.kept(tenantOf(key))).toHaveLength(1);
    expect(await buffer(await store.read(key))).toEqual(bytes);
  });

  test.each([2_000, largeBytes])('what breaks off after %d bytes leaves nothing', async (size) => {
    const bytes = randomBytes(size);
    const key = keyOf(bytes);
    async function* breaking() {
      yield* inChunks(bytes);
      throw new Error('the client went away');
    }
    await expect(store.put(key, breaking())).rejects.toThrow('went away');
    await expect(store.receive(breaking())).rejects.toThrow('went away');
    expect([await place.kept(tenantOf(key)), await incoming()]).toEqual([[], []]);
  });

  test.each([10, largeBytes])('%d bytes under a name that is not theirs are refused and not kept', async (size) => {
    const key = keyOf(randomBytes(size));
    await expect(store.put(key, inChunks(randomBytes(size)))).rejects.toThrow(MediaMismatch);
    expect(await place.kept(tenantOf(key))).toEqual([]);
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

  test('a deletion that was called off before it began deletes nothing', async () => {
    const bytes = randomBytes(100);
    const key = keyOf(bytes);
    await store.put(key, inChunks(bytes));
    await expect(store.delete(key, AbortSignal.abort())).rejects.toThrow();
    expect(await buffer(await store.read(key))).toEqual(bytes);
  });

  test('a key that points out of the store reaches nothing', async () => {
    for (const key of ['../../etc/passwd', `${v7()}/../../secret`, '/etc/passwd', '', `${v7()}/${'A'.repeat(64)}`])
      for (const attempt of [
        () => store.read(key),
        () => store.openBlob(key),
        () => store.delete(key),
        () => store.put(key, inChunks(Buffer.alloc(1))),
      ])
        await expect(attempt(), key).rejects.toThrow(MediaNotFound);
  });

  test('an upload is never whole in memory: each part is written before the next is asked for', async () => {
    const part = randomBytes(100_000);
    const written: number[] = [];
    async function* upload() {
      for (let i = 0; i < 20; i += 1) {
        const [unfinished] = await incoming();
        written.push(unfinished ? (await stat(join(place.folder, '.incoming', unfinished))).size : 0);
        yield part;
      }
    }
    await (await store.receive(upload())).discard();
    expect(written).toEqual(Array.from({ length: 20 }, (_, i) => i * part.length));
  });

  test('what a killed process left half received is swept away, and nothing younger', async () => {
    const [old, young] = [
      await store.receive(inChunks(randomBytes(10))),
      await store.receive(inChunks(randomBytes(10))),
    ];
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(old.path, yesterday, yesterday);
    await store.sweep(new Date(Date.now() - 3_600_000));
    expect(await incoming()).toEqual([young.path.split('/').at(-1)]);
    await young.discard();
  });
});

test('what a killed process left half sent to S3 is swept away, and nothing younger', async () => {
  const { place, client } = server;
  const at = { Bucket: place.bucket, Key: keyOf(randomBytes(10)) };
  await client.send(new CreateMultipartUploadCommand(at));
  const unfinished = async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
    return Uploads.filter(({ Key }) => Key === at.Key).length;
  };
  const bucket = await inBucket(server);
  await bucket.store.sweep(new Date(Date.now() - 3_600_000));
  expect(await unfinished()).toBe(1);
  await bucket.store.sweep(new Date(Date.now() + 60_000));
  expect(await unfinished()).toBe(0);
  await bucket.close();
});
