import { expect, test } from 'vitest';
import { mp4 } from './contents.ts';
import { withFilm } from './film.ts';
import { bakery, picture } from './simulated.ts';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

type Meta = Awaited<ReturnType<typeof withFilm>>;
const stories = async (meta: Meta) => (await meta.get(`/${bakery}/stories`, meta.token)).body.data;
const photoStory = (meta: Meta, photo: string) => meta.toPage('photo_stories', { photo_id: photo });

test('a photo becomes a story at one stroke, listed by its own id, and gone from the list after a day', async () => {
  await using meta = await withFilm();
  const photo = await meta.photo(meta.token);
  const { body } = await photoStory(meta, photo);
  expect(body).toEqual({ success: true, post_id: expect.stringMatching(/^\d+$/) });
  expect(await stories(meta)).toMatchObject([
    { post_id: body.post_id, media_type: 'photo', media_id: photo, status: 'PUBLISHED' },
  ]);
  expect(await meta.live()).toMatchObject([{ id: body.post_id, kind: 'story', photoIds: [photo] }]);
  for (const edge of ['feed', 'published_posts'])
    expect((await meta.get(`/${bakery}/${edge}`, meta.token)).body.data).toEqual([]);
  await meta.passTime(DAY_MS);
  expect(await stories(meta)).toEqual([]);
  expect(await meta.live()).toEqual([]);
  expect((await meta.truth()).posts).toMatchObject([{ id: body.post_id, publications: 1 }]);
});

test.for([
  ['duplicate', 2, 200],
  ['success', 1, 200],
  ['error', 1, 400],
] as const)(
  'the same photo a second time can be answered by %s, and the truth counts %i',
  async ([how, count, status]) => {
    await using meta = await withFilm();
    await meta.switch({ photoStoryAgain: how });
    const photo = await meta.photo(meta.token);
    await photoStory(meta, photo);
    expect((await photoStory(meta, photo)).status).toBe(status);
    expect((await stories(meta)).map(({ media_id }: { media_id: string }) => media_id)).toEqual(
      Array(count).fill(photo),
    );
  },
);

test('a photo that is published, or not there, is no story', async () => {
  await using meta = await withFilm();
  const published = (await meta.upload(meta.token, picture())).body.id;
  for (const photo of [published, '122000000000000000', ''])
    expect((await photoStory(meta, photo)).body.error).toMatchObject({ code: 100 });
});

test('a video story has its id before it can be seen', async () => {
  await using meta = await withFilm();
  await meta.switch({ videoProcessingMs: HOUR_MS });
  const video = await meta.uploaded('video_stories');
  const { body } = await meta.finish('video_stories', video);
  expect(body).toEqual({ success: true, post_id: expect.stringMatching(/^\d+$/) });
  expect(await stories(meta)).toEqual([]);
  await meta.passTime(HOUR_MS);
  expect(await stories(meta)).toMatchObject([{ post_id: body.post_id, media_type: 'video', media_id: video }]);
  expect(await meta.read(video)).toMatchObject({ published: true, post_id: body.post_id });
});

test('a video story of more than a minute ends in an error', async () => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_stories', mp4({ seconds: 80 }));
  await meta.finish('video_stories', video);
  expect((await meta.read(video)).status.processing_phase.error).toMatchObject({ message: expect.any(String) });
  expect(await stories(meta)).toEqual([]);
});

test.for([
  ['duplicate', 2],
  ['success', 1],
  ['error', 1],
] as const)('a second finish of a video story can be answered by %s, and %i is seen', async ([how, count]) => {
  await using meta = await withFilm();
  await meta.switch({ finishVideoStoryAgain: how });
  const video = await meta.uploaded('video_stories');
  await meta.finish('video_stories', video);
  await meta.finish('video_stories', video);
  expect(await stories(meta)).toHaveLength(count);
});
