import { statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { mediaFor } from '../../activities/media/media-for.ts';
import { tidyMedia } from '../../activities/media/tidy.ts';
import type { Problem } from '../../api/http/problem.ts';
import { storedBytes } from '../../db/tenant/media/stored-bytes.ts';
import { type Api, startApi } from '../api/api.ts';
import { images } from '../api/seed.ts';
import { eventually } from '../stack/eventually.ts';
import { startBucket } from './bucket.ts';
import { tenantOf } from './kept.ts';

const fileBytes = 1_000;
const filesAtMost = 5;
const connections = 12;

let api: Api;
beforeAll(async () => {
  const room = { TENANT_MEDIA_BYTES: filesAtMost * fileBytes, MEDIA_MAX_BYTES: 1_000_000 };
  // As if several processes served the tenant: as many of its uploads as can be are at the database at once.
  api = await startApi({ ...room, TENANT_POOL_CONNECTIONS: connections, TENANT_CONNECTIONS: connections });
});
afterAll(() => api?.stop());

type It = Awaited<ReturnType<typeof tenantOf>>;
let made = 0;

/** Of so many bytes, and like no other. */
const file = (bytes = fileBytes) => {
  made += 1;
  return Buffer.concat([images.gif, Buffer.from(String(made).padStart(bytes - images.gif.length, '.'))]);
};
const upload = ({ editor }: It, bytes = file()) =>
  editor.client.post<{ id: string } & Problem>('/v1/media', bytes).then(({ status, body }) => ({ status, body }));
const remove = async ({ editor }: It, id: string) => (await editor.client.delete(`/v1/media/${id}`)).status;
const fill = async (it: It, files: number) => {
  for (let n = 0; n < files; n += 1) expect((await upload(it)).status).toBe(201);
};
const counted = (it: It) => api.rows(it.tenant, storedBytes);
const lying = (it: It) =>
  it.files().reduce((bytes, name) => bytes + statSync(join(api.config.MEDIA_DIR, it.tenant, name)).size, 0);

test('what is uploaded and deleted again and again fills the room, which is free again after two hours', async () => {
  const it = await tenantOf(api);
  for (let n = 0; n < filesAtMost; n += 1) {
    const { status, body } = await upload(it);
    expect([status, await remove(it, body.id)]).toEqual([201, 204]);
  }
  const { status, body } = await upload(it);
  expect([status, body.type]).toEqual([409, '/problems/storage-full']);
  expect(body.detail).toContain('is freed within two hours');
  expect([await counted(it), lying(it)]).toEqual([filesAtMost * fileBytes, filesAtMost * fileBytes]);
  await it.later(1);
  expect(await tidyMedia(it.parts())).toMatchObject({ files: filesAtMost, failed: 0 });
  expect([await counted(it), it.files()]).toEqual([0, []]);
  expect((await upload(it)).status).toBe(201);
});

test('what is deleted an hour after its upload makes room at once', async () => {
  const it = await tenantOf(api);
  const { body } = await upload(it);
  await fill(it, filesAtMost - 1);
  await it.later(1);
  expect((await upload(it)).status).toBe(409);
  expect(await remove(it, body.id)).toBe(204);
  expect((await upload(it)).status).toBe(201);
});

test('uploads that come at once get no more room together than there is', async () => {
  const it = await tenantOf(api);
  await fill(it, filesAtMost - 2);
  const held = await it.hold('lock table media_files in share mode', []);
  const uploads = Array.from({ length: connections }, () => upload(it));
  const waiting = async () => (await it.waitingForLocks()) === connections;
  await eventually(waiting, { what: 'all of them to be about to take their room' });
  await held.release();
  const statuses = (await Promise.all(uploads)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(2);
  expect(statuses.filter((status) => status === 409)).toHaveLength(connections - 2);
  expect([await counted(it), lying(it)]).toEqual([filesAtMost * fileBytes, filesAtMost * fileBytes]);
});

test('the same bytes take room once: sent at once, and when they were deleted and still lie there', async () => {
  const it = await tenantOf(api);
  await fill(it, filesAtMost - 1);
  const bytes = file();
  const twins = await Promise.all(Array.from({ length: 4 }, () => upload(it, bytes)));
  expect(twins.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
  expect(await remove(it, twins[0]?.body.id ?? '')).toBe(204);
  expect((await upload(it)).status).toBe(409);
  expect((await upload(it, bytes)).status).toBe(201);
  expect(await counted(it)).toBe(filesAtMost * fileBytes);
});

test('what a store did not keep takes its room only as long as it is expected', async () => {
  const it = await tenantOf(api);
  await fill(it, filesAtMost - 1);
  const away = await startBucket(api.config.MEDIA_DIR);
  await away.close();
  const store = api.parts.media;
  api.parts.media = away.media;
  onTestFinished(() => {
    api.parts.media = store;
  });
  const lost = file();
  expect((await upload(it, lost)).status).toBe(503);
  api.parts.media = store;
  expect((await upload(it)).status).toBe(409);
  await it.later(1);
  expect(await tidyMedia(it.parts())).toMatchObject({ files: 1, failed: 0 });
  expect((await upload(it, lost)).status).toBe(201);
});

test('what was made of a media for a platform takes room, too, and is made though there is none', async () => {
  const it = await tenantOf(api);
  const bytes = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const { id } = (await upload(it, bytes)).body;
  const { sha256 } = await api.rows(it.tenant, (db) =>
    db.selectFrom('media').select('sha256').where('id', '=', id).executeTakeFirstOrThrow(),
  );
  await fill(it, filesAtMost - 1);
  expect((await upload(it)).status).toBe(409);
  const before = await counted(it);
  const variant = await mediaFor(it.parts(), { tenant: it.tenant, form: 'instagram-image', media: { id, sha256 } });
  expect(variant.bytes).toBeGreaterThan(0);
  expect([await counted(it), lying(it)]).toEqual([before + variant.bytes, before + variant.bytes]);
});
