import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bakery, picture, pottery, simulated } from './simulated.ts';

const DAY_MS = 24 * 3_600_000;
const hash = (bytes: ArrayBuffer | Uint8Array) => createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

test('an uploaded photo is kept byte for byte and shown to nobody until a post with it is published', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const bytes = picture(2_000_000);
  const { body } = await meta.upload(token, bytes, { published: 'false', alt_text_custom: 'A door' });
  expect(body).toEqual({ id: expect.stringMatching(/^\d{17,}$/) });
  const { images, alt_text_custom } = (await meta.get(`/${body.id}`, token, { fields: 'images,alt_text_custom' })).body;
  expect(alt_text_custom).toBe('A door');
  expect(hash(await (await fetch(images[0].source)).arrayBuffer())).toBe(hash(bytes));
  expect(await meta.live()).toEqual([]);
});

test('a published photo is a post of its own', async () => {
  await using meta = await simulated();
  const { body } = await meta.upload(await meta.pageToken(), picture(), { caption: 'A door' });
  expect(await meta.live()).toMatchObject([{ id: body.post_id, message: 'A door', photoIds: [body.id] }]);
});

test.for([
  [
    'a JSON array',
    (ids: string[]) => ({ json: { published: false, attached_media: ids.map((media_fbid) => ({ media_fbid })) } }),
  ],
  [
    'JSON in a form',
    (ids: string[]) => ({
      form: { published: 'false', attached_media: JSON.stringify(ids.map((media_fbid) => ({ media_fbid }))) },
    }),
  ],
  [
    'form style',
    (ids: string[]) => ({
      form: {
        published: 'false',
        ...Object.fromEntries(ids.map((id, place) => [`attached_media[${place}]`, `{"media_fbid":"${id}"}`])),
      },
    }),
  ],
] as const)('photos attached as %s keep their order', async ([, written]) => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const ids: string[] = [];
  for (let count = 0; count < 4; count++) ids.unshift(await meta.photo(token));
  const { body } = await meta.call('POST', `/${bakery}/feed`, { token, ...written(ids) });
  await meta.publish(body.id, token);
  expect(await meta.live()).toMatchObject([{ photoIds: ids }]);
  const { attachments } = (await meta.get(`/${body.id}`, token, { fields: 'attachments{media_type,subattachments}' }))
    .body;
  expect(attachments.data[0].subattachments.data.map(({ target }: { target: { id: string } }) => target.id)).toEqual(
    ids,
  );
});

test('a photo can be attached once, to a post of its own Page', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const photo = await meta.photo(token);
  const attach = (id: string, page = bakery, with_ = token) =>
    meta.call('POST', `/${page}/feed`, {
      token: with_,
      json: { published: false, attached_media: [{ media_fbid: id }] },
    });
  expect((await attach(photo, pottery, await meta.pageToken(pottery))).body.error).toMatchObject({ code: 100 });
  expect((await attach('122000000000000000')).body.error).toMatchObject({ code: 100 });
  expect((await attach(photo)).status).toBe(200);
  expect((await attach(photo)).body.error).toMatchObject({ code: 100, error_subcode: 1_366_051 });
  expect((await meta.delete(`/${photo}`, token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
});

test('what is no picture, of another type or too large is refused, and nothing of it stays', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const refused = async (bytes: Uint8Array<ArrayBuffer>) => (await meta.upload(token, bytes)).body.error;
  expect(await refused(new TextEncoder().encode('I am a text file called .jpg'))).toMatchObject({ code: 324 });
  expect(await refused(new Uint8Array())).toMatchObject({ code: 324 });
  expect(
    await refused(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')),
  ).toMatchObject({ code: 324 });
  expect(await refused(picture(4_000_001))).toMatchObject({ code: 100, error_subcode: 1_366_046 });
  expect(await refused(picture(30_000_000))).toMatchObject({ code: 100, error_subcode: 1_366_046 });
  expect((await meta.post(`/${bakery}/photos`, token)).body.error).toMatchObject({ code: 324 });
  expect((await meta.upload('EAAnonsense', picture())).body.error).toMatchObject({ code: 190 });
  expect(await readdir(join(meta.directory, 'photos'))).toEqual([]);
});

test('a photo can be fetched from an address, and one that answers nothing usable is refused', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const server = createServer((request, response) => {
    if (request.url === '/door.png') response.end(picture());
    else if (request.url === '/text.png') response.end('I am text');
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const from = (url: string) => meta.post(`/${bakery}/photos`, token, { url, published: 'false' });
  expect((await from(`${origin}/door.png`)).body).toEqual({ id: expect.any(String) });
  for (const url of [`${origin}/gone.png`, 'http://127.0.0.1:1/', 'file:///etc/passwd', 'nonsense'])
    expect((await from(url)).body.error).toMatchObject({ code: 389 });
  expect((await from(`${origin}/text.png`)).body.error).toMatchObject({ code: 324 });
  expect(await readdir(join(meta.directory, 'photos'))).toHaveLength(1);
  server.close();
});

test('an unpublished photo is gone after a day, and a draft that waited longer appears without it', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [loose, attached] = [await meta.photo(token), await meta.photo(token)];
  const { body } = await meta.call('POST', `/${bakery}/feed`, {
    token,
    json: { message: 'Doors', published: false, attached_media: [{ media_fbid: attached }] },
  });
  await meta.passTime(DAY_MS);
  for (const photo of [loose, attached])
    expect((await meta.get(`/${photo}`, token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  await meta.publish(body.id, token);
  expect(await meta.live()).toMatchObject([{ message: 'Doors', photoIds: [] }]);
});

test('a photo of a published post stays', async () => {
  await using meta = await simulated();
  const { body } = await meta.upload(await meta.pageToken(), picture());
  await meta.passTime(30 * DAY_MS);
  expect(await meta.live()).toMatchObject([{ photoIds: [body.id] }]);
});

test('an unused photo can be deleted, and leftovers are seen in the truth', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [gone, left] = [await meta.photo(token), await meta.photo(token)];
  expect((await meta.delete(`/${gone}`, token)).body).toEqual({ success: true });
  const { photos } = await meta.truth();
  expect(photos).toMatchObject([
    { id: gone, deletedAt: expect.any(String) },
    { id: left, deletedAt: null, published: false, post: null },
  ]);
});
