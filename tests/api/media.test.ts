import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../api/http/problem.ts';
import { readRange } from '../../api/media/range.ts';
import { signMediaUrl } from '../../db/media/url.ts';
import { eventually } from '../stack/eventually.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { images } from './seed.ts';

interface Media {
  id: string;
  contentType: string;
  bytes: number;
  width: number;
  height: number;
  url: string;
}

let api: Api;
let tenant: string;
let editor: Person;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
});
afterAll(() => api.stop());

const upload = <T = Media>(bytes: Uint8Array, headers: Record<string, string> = {}) =>
  editor.client.post<T>('/v1/media', bytes, headers);
const stored = () => filesIn(tenant);
const leftovers = () => filesIn('.incoming');
const filesIn = (folder: string) => {
  const path = join(api.config.MEDIA_DIR, folder);
  return existsSync(path) ? readdirSync(path) : [];
};

test('an image is known by its bytes, whatever it is called', async () => {
  for (const [kind, contentType] of [
    ['jpg', 'image/jpeg'],
    ['png', 'image/png'],
    ['gif', 'image/gif'],
    ['webp', 'image/webp'],
  ] as const) {
    const { status, body } = await upload(images[kind], { 'content-type': 'text/plain' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ contentType, width: 1, height: 1, bytes: images[kind].length });
    expect((await editor.client.get<Media>(`/v1/media/${body.id}`)).body).toMatchObject({ id: body.id, contentType });
  }
});

test('the same bytes again are the same media', async () => {
  const image = Buffer.concat([images.gif, Buffer.from('a tail of its own')]);
  const first = await upload(image);
  const again = await upload(image);
  expect(first.status).toBe(201);
  expect(again.status).toBe(200);
  expect(again.body.id).toBe(first.body.id);
});

test('a text file called .jpg is refused in words and leaves nothing', async () => {
  const before = stored();
  for (const bytes of [
    'This is a text.',
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    '',
    '\xff\xd8\xff\xe0',
  ]) {
    const { status, body } = await upload<Problem>(Buffer.from(bytes, 'latin1'), { 'content-type': 'image/jpeg' });
    expect(status).toBe(415);
    expect(body.detail).toMatch(/not a JPEG, PNG, GIF or WebP|is empty|incomplete or damaged/);
  }
  expect(stored()).toEqual(before);
  expect(leftovers()).toEqual([]);
});

test('a picture that claims to be larger than any is refused and leaves nothing', async () => {
  const before = stored();
  for (const side of [65_536, 0x7fffffff, 0xffffffff]) {
    const claiming = Buffer.from(images.png);
    claiming.writeUInt32BE(side, claiming.indexOf('IHDR') + 4);
    expect((await upload<Problem>(claiming)).status).toBe(415);
  }
  expect(stored()).toEqual(before);
});

test('a form is told that the file itself is wanted', async () => {
  const form = new FormData();
  form.append('file', new Blob([images.png]), 'door.jpg');
  const { status, body } = await editor.client.post<Problem>('/v1/media', form);
  expect(status).toBe(415);
  expect(body.detail).toContain('not a form');
});

test('a file beyond the limit is refused with the limit, whether it says its size or not', async () => {
  const before = stored();
  const large = Buffer.concat([images.png, Buffer.alloc(300_000)]);
  const said = await upload<Problem>(large);
  expect(said.status).toBe(413);
  expect(said.body.detail).toContain('200000');

  const streamed = await fetch(`${api.url}/v1/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await apiKey()}` },
    body: new Blob([large]).stream(),
    duplex: 'half',
  } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(stored()).toEqual(before);
  expect(leftovers()).toEqual([]);
});

test('an upload that breaks off leaves nothing', async () => {
  const before = stored();
  const authorization = `Bearer ${await apiKey()}`;
  const port = Number(new URL(api.url).port);
  const headers = { authorization, 'content-length': '1000' };
  const half = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/media', headers });
  half.on('error', () => undefined);
  half.write(images.png);
  await eventually(() => leftovers().length === 1, { what: 'the upload to have begun' });
  half.destroy();
  await eventually(() => leftovers().length === 0, { what: 'the partial file to be gone' });
  expect(stored()).toEqual(before);
});

test('a signed address gives the file to whoever has it', async () => {
  const { body } = await upload(images.png);
  const answer = await fetch(body.url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(images.png);
  const head = await fetch(body.url, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(images.png.length));
});

test('a piece of it is given to who asks for a range', async () => {
  const { url } = (await upload(images.png)).body;
  const piece = await fetch(url, { headers: { range: 'bytes=1-3' } });
  expect(piece.status).toBe(206);
  expect(piece.headers.get('content-range')).toBe(`bytes 1-3/${images.png.length}`);
  expect(await piece.text()).toBe('PNG');
  const beyond = await fetch(url, { headers: { range: 'bytes=100000-' } });
  expect(beyond.status).toBe(416);
  expect(beyond.headers.get('content-range')).toBe(`bytes */${images.png.length}`);
});

test('an address that was altered, has expired, or names what is not there, gives nothing', async () => {
  const { id, url } = (await upload(images.png)).body;
  const sign = (media: string, expiresAt: Date) =>
    signMediaUrl(api.config.MEDIA_URL_KEY, api.url, { tenant, media, expiresAt });
  const anHour = new Date(Date.now() + 3_600_000);
  const nowhere = signMediaUrl(api.config.MEDIA_URL_KEY, api.url, { tenant: id, media: id, expiresAt: anHour });
  const altered = `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`;
  for (const address of [
    altered,
    sign(id, new Date(Date.now() - 1)),
    sign(tenant, anHour),
    nowhere,
    `${api.url}/media/x`,
  ])
    expect((await fetch(address)).status).toBe(404);
});

test('ranges are read as the standard has them', () => {
  expect(readRange('bytes=0-', 10)).toEqual({ start: 0, end: 9 });
  expect(readRange('bytes=-3', 10)).toEqual({ start: 7, end: 9 });
  expect(readRange('bytes=-30', 10)).toEqual({ start: 0, end: 9 });
  expect(readRange('bytes=5-500', 10)).toEqual({ start: 5, end: 9 });
  expect(readRange('bytes=10-', 10)).toBe('unsatisfiable');
  expect(readRange('bytes=-0', 10)).toBe('unsatisfiable');
  for (const whole of ['', 'bytes=-', 'bytes=3-1', 'bytes=0-1,3-4', 'lines=1-2'])
    expect(readRange(whole, 10)).toBeUndefined();
});

async function apiKey(): Promise<string> {
  const owner = await api.person(tenant, 'owner');
  return (await owner.client.post<{ secret: string }>('/v1/api-keys', { name: 'Uploader', role: 'editor' })).body
    .secret;
}
