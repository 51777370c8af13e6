import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jpeg, mediaServer, mp4 } from './contents.ts';
import { eventually } from './eventually.ts';
import { withInstagram } from './instagram.ts';
import { picture } from './simulated.ts';

const MIB = 1_024 * 1_024;
const word = (count: number, mark: string) => Array.from({ length: count }, (_, place) => `${mark}w${place}`).join(' ');

test.for([
  ['a PNG', { bytes: picture(), type: 'image/png' }, 36001, 2_207_005],
  ['a text', { bytes: new TextEncoder().encode('I am text'), type: 'image/jpeg' }, 36001, 2_207_005],
  ['more than 8 MiB', { bytes: jpeg({ bytes: 8 * MIB + 1 }) }, 36000, 2_207_004],
  ['what is too tall', { bytes: jpeg({ width: 700, height: 1_000 }) }, 36003, 2_207_009],
  ['what is too wide', { bytes: jpeg({ width: 2_000, height: 1_000 }) }, 36003, 2_207_009],
  ['what is called a page', { bytes: jpeg(), type: 'text/html' }, 9004, 2_207_052],
  ['what is not there', { status: 404 }, 9004, 2_207_052],
  ['what is somewhere else', { status: 302, location: 'http://127.0.0.1:1/' }, 9004, 2_207_052],
] as const)('%s is no image for the feed', async ([, served, code, error_subcode]) => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ it: served });
  expect((await meta.create({ image_url: server.url('it') })).body.error).toMatchObject({ code, error_subcode });
  expect((await meta.truth()).containers).toEqual([]);
});

test('what is never answered is late, and nothing of it stays', async () => {
  await using meta = await withInstagram();
  await meta.switch({ fetchTimeoutMs: 50 });
  await using server = await mediaServer({ it: { bytes: jpeg(), after: new Promise(() => undefined) } });
  const { error } = (await meta.create({ image_url: server.url('it') })).body;
  expect(error).toMatchObject({ code: -2, error_subcode: 2_207_003 });
  expect(await readdir(join(meta.directory, 'media'))).toEqual([]);
});

test.for([
  ['a nonsense type', { media_type: 'FILM' }, { code: 100, error_subcode: 2_207_023 }],
  ['VIDEO outside a carousel', { media_type: 'VIDEO', video_url: 'http://127.0.0.1:1/a.mp4' }, { code: 100 }],
  ['a video in an image', { media_type: 'IMAGE', video_url: 'http://127.0.0.1:1/a.mp4' }, { code: 100 }],
  ['a reel without a video', { media_type: 'REELS' }, { code: 100 }],
  ['one child', { media_type: 'CAROUSEL', children: '17880000000000001' }, { code: 100, error_subcode: 2_207_028 }],
  ['unknown children', { media_type: 'CAROUSEL', children: '17880000000000001,17880000000000002' }, { code: 24 }],
  ['a long caption', { caption: 'x'.repeat(2_201) }, { code: 36004, error_subcode: 2_207_010 }],
  ['31 hashtags', { caption: word(31, '#') }, { code: 36004, error_subcode: 2_207_010 }],
  ['21 mentions', { caption: word(21, '@') }, { code: 100, error_subcode: 2_207_040 }],
  ['a caption of a child', { caption: 'x', is_carousel_item: 'true' }, { code: 100 }],
  ['alt text of a reel', { media_type: 'REELS', video_url: 'http://127.0.0.1:1/', alt_text: 'x' }, { code: 100 }],
  ['four collaborators', { collaborators: '["a","b","c","d"]' }, { code: 100 }],
  ['a collaborator of a story', { media_type: 'STORIES', collaborators: '["a"]' }, { code: 100 }],
  ['a tag without a place', { user_tags: '[{"username":"a"}]' }, { code: 100 }],
  ['half a place in a story', { media_type: 'STORIES', user_tags: '[{"username":"a","x":0.5}]' }, { code: 100 }],
  ['a tag beside a story', { media_type: 'STORIES', user_tags: '[{"username":"a","x":2,"y":0}]' }, { code: 100 }],
  ['a cover of an image', { cover_url: 'http://127.0.0.1:1/' }, { code: 100 }],
  ['an address with an umlaut', { image_url: 'http://127.0.0.1:1/ä.jpg' }, { code: 9004 }],
] as const)('%s is refused before anything is made', async ([, form, error]) => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const usual = 'media_type' in form && form.media_type !== 'STORIES' ? {} : { image_url: server.url('a.jpg') };
  expect((await meta.create({ ...usual, ...form })).body.error).toMatchObject(error);
  expect((await meta.truth()).containers).toEqual([]);
});

test.for([
  ['too short', { seconds: 2 }, 2_207_026],
  ['too long', { seconds: 1_000 }, 2_207_026],
  ['too slow', { framesPerSecond: 12 }, 2_207_026],
  ['too wide', { width: 2_560, height: 1_440 }, 2_207_026],
  ['of another codec', { codec: 'vp09' }, 2_207_026],
  ['indexed at its end', { moovLast: true }, 2_207_026],
  ['shorter than the offset of its cover', { seconds: 4 }, 2_207_057],
] as const)('a reel %s ends in an error', async ([, film, subcode]) => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.mp4': { bytes: mp4(film), type: 'video/mp4' } });
  const form = { media_type: 'REELS', video_url: server.url('a.mp4'), thumb_offset: '4500' };
  const { id } = (await meta.create(form)).body;
  await eventually(() => meta.status(id)).toMatchObject({
    status_code: 'ERROR',
    status: expect.stringContaining(`${subcode}`),
  });
  expect((await meta.commit(id)).body.error).toMatchObject({ code: 9007, error_subcode: 2_207_027 });
});

test('an upright video that was written lying down is seen as it is shown', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({
    'a.mp4': { bytes: mp4({ turned: true, width: 1_080, height: 2_000 }), type: 'video/mp4' },
  });
  await meta.ready({ media_type: 'REELS', video_url: server.url('a.mp4') });
});

test('a video that cannot be fetched is an error of the container, not of the call', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.mp4': { status: 302, location: '/b.mp4' } });
  const { id } = (await meta.create({ media_type: 'REELS', video_url: server.url('a.mp4') })).body;
  await eventually(() => meta.status(id)).toMatchObject({
    status_code: 'ERROR',
    status: expect.stringContaining('2207077'),
  });
  expect(server.asked).toHaveLength(1);
});

test('a carousel is made of children that are ready', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const child = () => meta.create({ image_url: server.url('a.jpg'), is_carousel_item: 'true' });
  const ready = (await child()).body.id;
  await meta.switch({ imageProcessingMs: 3_600_000 });
  const busy = (await child()).body.id;
  const whole = (await meta.create({ image_url: server.url('a.jpg') })).body.id;
  const carousel = async (children: string) => (await meta.create({ media_type: 'CAROUSEL', children })).body.error;
  expect(await carousel(`${ready},${busy}`)).toMatchObject({ code: 9007, error_subcode: 2_207_027 });
  expect(await carousel(`${ready},${whole}`)).toMatchObject({ code: 100 });
});
