import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { tidyMedia } from '../../activities/media/tidy.ts';
import type { MediaStore } from '../../db/media/store.ts';
import { eventually } from '../stack/eventually.ts';
import { startBucket } from './bucket.ts';
import { openTenant, photo } from './kept.ts';

let it: Awaited<ReturnType<typeof openTenant>>;
let store: MediaStore;
beforeAll(async () => {
  it = await openTenant();
  store = it.api.parts.media;
});
afterEach(() => {
  it.api.parts.media = store;
});
afterAll(() => it?.api.stop());

const remove = async (id: string) => (await it.editor.client.delete(`/v1/media/${id}`)).status;
const fetched = async (url: string) => (await fetch(url)).status;

/** A media whose file may be deleted, and nothing beside it. */
async function deletable() {
  const bytes = await photo();
  const media = await it.upload(bytes);
  await it.later(2);
  return { ...media, content: bytes, sha256: createHash('sha256').update(bytes).digest() };
}

const bucket = (status?: number) => startBucket(it.api.config.MEDIA_DIR, status);

/** The sessions of PostgreSQL in which rows of files are being changed. */
const changing = () =>
  it.api.rows(it.tenant, async (db) => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_locks where relation = 'media_files'::regclass and mode = 'RowExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
    return rows.map(({ pid }) => pid);
  });
const isThere = (pid: number | undefined) =>
  it.api.rows(it.tenant, async (db) => {
    const { rows } = await sql`select from pg_stat_activity where pid = ${pid}`.execute(db);
    return rows.length === 1;
  });

test('a store that does not answer is given up while the file is still protected, and never asked again', async () => {
  const { id, content, sha256 } = await deletable();
  const silent = await bucket();
  it.api.parts.media = silent.media;
  const removing = remove(id);
  await eventually(() => silent.asked.length, { what: 'the store to be asked' });
  const [session] = await changing();
  expect(await removing).toBe(204);
  // PostgreSQL ends the session of a transaction that lasts too long: this one was ended by us.
  expect([await isThere(session), await changing()]).toEqual([true, []]);
  await eventually(() => silent.asked[0]?.givenUp, { what: 'the request to be given up' });

  it.api.parts.media = store;
  const again = await it.upload(content);
  expect([await fetched(again.url), it.files()]).toEqual([200, [sha256.toString('hex')]]);
  expect(silent.asked).toEqual([{ method: 'DELETE', givenUp: true }]);
  await it.later(2);
  expect(await remove(again.id)).toBe(204);
});

test('a process that stood still after it deleted the row leaves the file to the next tidying', async () => {
  const { id, sha256 } = await deletable();
  const held = await it.hold('select sha256 from media_files where sha256 = $1 for update', [sha256]);
  const removing = remove(id);
  await eventually(() => held.isWanted(), { what: 'the row to be about to be deleted' });
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_000);
  onTestFinished(() => clock.mockRestore());
  await held.release();
  expect(await removing).toBe(204);
  clock.mockRestore();
  expect(it.files()).toEqual([sha256.toString('hex')]);
  expect(await tidyMedia(it.parts())).toMatchObject({ files: 1, failed: 0 });
  expect(it.files()).toEqual([]);
});

test('a bucket that refuses is asked once, and what it was asked for is found by the next tidying', async () => {
  const { id, sha256 } = await deletable();
  const busy = await bucket(503);
  it.api.parts.media = busy.media;
  expect(await remove(id)).toBe(204);
  expect(busy.asked.map(({ method }) => method)).toEqual(['DELETE']);
  it.api.parts.media = store;
  expect(it.files()).toEqual([sha256.toString('hex')]);
  expect(await tidyMedia(it.parts())).toMatchObject({ files: 1, failed: 0 });
});
