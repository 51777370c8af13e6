import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { convert } from '../../activities/media/convert.ts';
import { mediaFor } from '../../activities/media/media-for.ts';
import { NotConverted } from '../../activities/media/not-converted.ts';
import { tidyMedia } from '../../activities/media/tidy.ts';
import { MediaNotFound, mediaKey } from '../../db/media/store.ts';
import { signMediaUrl } from '../../db/media/url.ts';
import type { Form } from '../../meta/kinds.ts';
import { type Media, openTenant, photo } from './kept.ts';

let it: Awaited<ReturnType<typeof openTenant>>;
beforeAll(async () => {
  it = await openTenant();
});
afterAll(() => it?.api.stop());

const red = { r: 255, g: 0, b: 0 };
/** Red on its left half, nothing on its right. */
const halfClear = async () => {
  const left = await sharp({ create: { width: 50, height: 80, channels: 3, background: red } })
    .png()
    .toBuffer();
  const canvas = sharp({ create: { width: 100, height: 80, channels: 4, background: { ...red, alpha: 0 } } });
  return canvas
    .composite([{ input: left, left: 0, top: 0 }])
    .png()
    .toBuffer();
};
/** Noise is what no encoder makes small. */
const noisy = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: 'teal', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  });

const rowOf = ({ id }: Media) =>
  it.api.rows(it.tenant, (db) =>
    db.selectFrom('media').select(['id', 'sha256']).where('id', '=', id).executeTakeFirstOrThrow(),
  );
async function sent(form: Form, media: Media) {
  const sendable = await mediaFor(it.parts(), { tenant: it.tenant, form, media: await rowOf(media) });
  return { ...sendable, content: await buffer(await it.api.parts.media.read(sendable.key)) };
}
const urlOf = (id: string) =>
  signMediaUrl(it.api.config.MEDIA_URL_KEY, it.api.url, {
    tenant: it.tenant,
    media: id,
    expiresAt: new Date(Date.now() + 3_600_000),
  });

test('a PNG goes to Instagram as a JPEG on white, to a Page as it is; the upload has said so', async () => {
  const media = await it.upload(await halfClear());
  expect(media.conversions).toEqual([
    {
      for: 'instagram',
      words:
        'This photo will be converted to JPEG for Meta: it is a PNG, and where it is transparent it becomes white.',
    },
  ]);
  const made = await sent('instagram-image', media);
  expect(made).toMatchObject({ contentType: 'image/jpeg', width: 100, height: 80, bytes: made.content.length });
  const { data } = await sharp(made.content).raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number) => [...data.subarray((40 * 100 + x) * 3, (40 * 100 + x) * 3 + 3)];
  expect(pixel(10).map((value) => Math.round(value / 20))).toEqual([13, 0, 0]);
  expect(pixel(90).every((value) => value > 250)).toBe(true);
  for (const form of ['page-post', 'page-photo-story'] as const)
    expect(await sent(form, media)).toMatchObject({ id: media.id, contentType: 'image/png' });
});

test('a photo that lies turned is set upright, without what the camera noted in it', async () => {
  const turned = await sharp({ create: { width: 80, height: 40, channels: 3, background: red } })
    .withExif({ IFD0: { Make: 'A camera' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const media = await it.upload(turned);
  expect(media.conversions.map((conversion) => conversion.for)).toEqual(['facebook', 'instagram']);
  const made = await sent('page-post', media);
  expect(made).toMatchObject({ width: 40, height: 80 });
  const { orientation, exif } = await sharp(made.content).metadata();
  expect([orientation, exif]).toEqual([undefined, undefined]);
});

test('a photo whose oddities a decoder reads over is converted, since it was accepted', async () => {
  const turned = await noisy(80, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const tables = turned.indexOf(Buffer.from([0xff, 0xdb]));
  const odd = Buffer.concat([turned.subarray(0, tables), Buffer.from([0, 0]), turned.subarray(tables)]);
  await expect(sharp(odd).raw().toBuffer()).rejects.toThrow('extraneous bytes');
  const media = await it.upload(odd);
  expect(media.conversions.map((conversion) => conversion.for)).toEqual(['facebook', 'instagram']);
  expect(await sent('page-post', media)).toMatchObject({ contentType: 'image/jpeg', width: 40, height: 80 });
});

test('a photo of more bytes than a Page takes gets smaller, and stays as large as it can', async () => {
  const bytes = await noisy(2_200, 1_650).jpeg({ quality: 100 }).toBuffer();
  expect(bytes.length).toBeGreaterThan(4_000_000);
  const media = await it.upload(bytes);
  const made = await sent('page-post', media);
  expect(made.bytes).toBeLessThanOrEqual(4_000_000);
  expect(made.bytes).toBeGreaterThan(500_000);
  expect((await sharp(made.content).metadata()).format).toBe('jpeg');
});

test('an image that is longer than a JPEG can be is made as long as one can', async () => {
  const long = await noisy(66_000, 20).png().toBuffer();
  expect(await convert(long, 4_000_000)).toMatchObject({ width: 65_500, height: 20 });
});

test('what needs nothing, and every video, is sent as it is', async () => {
  const media = await it.upload(await photo());
  expect(media.conversions).toEqual([]);
  for (const form of ['page-post', 'instagram-image', 'instagram-story', 'instagram-carousel', 'page-reel'] as const)
    expect(await sent(form, media)).toMatchObject({ id: media.id, contentType: 'image/jpeg' });
});

test('it is made once, however many ask for it at once, and for all forms that need the same', async () => {
  const png = await noisy(300, 300).png().toBuffer();
  const media = await it.upload(png);
  const made = await Promise.all([1, 2, 3, 4].map(() => sent('instagram-image', media)));
  made.push(await sent('instagram-story', media), await sent('instagram-carousel', media));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const variants = await it.api.rows(it.tenant, (db) =>
    db.selectFrom('media_variants').selectAll().where('media', '=', media.id).execute(),
  );
  expect(variants).toHaveLength(1);

  const sha256 = createHash('sha256').update(png).digest();
  await it.api.parts.media.delete(mediaKey(it.tenant, sha256));
  expect((await sent('instagram-image', media)).id).toBe(made[0]?.id);
  await it.upload(png);
});

test('the same image gives the same bytes', async () => {
  const image = await noisy(1_500, 1_200).png().toBuffer();
  const [one, two] = [await convert(image, 900_000), await convert(image, 900_000)];
  expect(one.bytes.equals(two.bytes)).toBe(true);
  expect(one.bytes.length).toBeLessThanOrEqual(900_000);
});

test.each(['jpeg', 'png', 'webp', 'gif'] as const)('nothing is made of a %s that was cut off since', async (kind) => {
  const image = await noisy(90, 60)[kind]().toBuffer();
  const half = image.length >> 1;
  for (const left of [image.subarray(0, half), Buffer.alloc(half), Buffer.alloc(0)]) {
    await expect(convert(left, 4_000_000)).rejects.toThrow(NotConverted);
  }
});

test('what the store fails by is passed on as it is', async () => {
  const media = await it.upload(await noisy(90, 60).png().toBuffer());
  const { tenants, media: store } = it.parts();
  const away = Object.assign(new Error('The disk is full'), { code: 'ENOSPC' });
  const failing = (method: 'read' | 'put'): typeof store =>
    Object.assign(Object.create(store), {
      read: (key: string) => store.read(key),
      [method]: () => Promise.reject(away),
    });
  const wanted = { tenant: it.tenant, form: 'instagram-image' as const, media: await rowOf(media) };
  for (const method of ['read', 'put'] as const)
    await expect(mediaFor({ tenants, media: failing(method) }, wanted)).rejects.toBe(away);
});

test('Meta fetches what was made as it does media: type, length, no redirect, ranges', async () => {
  const media = await it.upload(await noisy(200, 100).png().toBuffer());
  const made = await sent('instagram-image', media);
  const url = urlOf(made.id);
  expect(url).toMatch(/^[\x21-\x7e]+$/);
  const whole = await fetch(url, { redirect: 'error' });
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  expect(Buffer.from(await whole.arrayBuffer()).equals(made.content)).toBe(true);
  const head = await fetch(url, { method: 'HEAD', redirect: 'error' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(made.bytes)]);
  const piece = await fetch(url, { headers: { range: 'bytes=0-1' } });
  expect([piece.status, Buffer.from(await piece.arrayBuffer()).toString('hex')]).toEqual([206, 'ffd8']);
});

test('what was made goes with its media', async () => {
  const media = await it.upload(await noisy(90, 90).png().toBuffer());
  const { id } = await sent('instagram-image', media);
  expect((await it.editor.client.delete(`/v1/media/${media.id}`)).status).toBe(204);
  expect((await fetch(urlOf(id))).status).toBe(404);
  await it.later(2);
  await tidyMedia(it.parts());
  expect(it.files()).toEqual(await it.referred());
});

test('images are converted one after the other, and one that cannot be keeps none from its turn', async () => {
  const images = await Promise.all(
    Array.from({ length: 4 }, async () =>
      it.upload(
        await sharp(await photo())
          .png()
          .toBuffer(),
      ),
    ),
  );
  const rows = await Promise.all(images.map(rowOf));
  const { tenants, media: store } = it.parts();
  const seen = { at: 0, most: 0, reads: 0 };
  const watched: typeof store = Object.assign(Object.create(store), {
    read: async (key: string) => {
      seen.at += 1;
      seen.reads += 1;
      seen.most = Math.max(seen.most, seen.at);
      if (seen.reads > 1) return store.read(key);
      seen.at -= 1;
      throw new MediaNotFound();
    },
    put: async (...kept: Parameters<typeof store.put>) => {
      await store.put(...kept);
      seen.at -= 1;
    },
  });
  const wanted = rows.map((media) => ({ tenant: it.tenant, form: 'instagram-image' as const, media }));
  const outcomes = await Promise.allSettled(wanted.map((one) => mediaFor({ tenants, media: watched }, one)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(seen).toEqual({ at: 0, most: 1, reads: 4 });
});
