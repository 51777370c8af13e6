import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { mp4 } from './contents.ts';
import { bytesOf, sendAndBreakOff, uploadHeaders, withFilm } from './film.ts';
import { bakery, pottery } from './simulated.ts';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a reel is started, uploaded, finished, and visible when it has been processed', async () => {
  await using meta = await withFilm();
  await meta.switch({ videoProcessingMs: HOUR_MS });
  const { video_id, upload_url } = (await meta.toPage('video_reels', { upload_phase: 'start' })).body;
  expect(upload_url).toBe(`${meta.url}/video-upload/v26.0/${video_id}`);
  expect((await meta.read(video_id)).status).toMatchObject({
    video_status: 'uploading',
    uploading_phase: { status: 'not_started', bytes_transfered: 0 },
  });
  expect((await meta.send(upload_url, meta.token, bytesOf)).body).toMatchObject({ success: true });
  expect((await meta.read(video_id)).status).toMatchObject({
    video_status: 'upload_complete',
    uploading_phase: { status: 'complete', bytes_transfered: bytesOf.length },
    publishing_phase: { status: 'not_started' },
  });
  expect((await meta.finish('video_reels', video_id, { description: 'Bread' })).body).toEqual({ success: true });
  expect(await meta.read(video_id)).toMatchObject({
    published: false,
    status: {
      video_status: 'processing',
      processing_phase: { status: 'in_progress' },
      publishing_phase: { status: 'in_progress' },
    },
  });
  expect(await meta.live()).toEqual([]);
  await meta.passTime(HOUR_MS);
  const seen = await meta.read(video_id);
  expect(seen).toMatchObject({
    ...{
      published: true,
      permalink_url: `${meta.url}/reel/${video_id}/`,
      post_id: expect.stringMatching(`^${bakery}_`),
    },
    status: { video_status: 'ready', publishing_phase: { status: 'complete', publish_status: 'published' } },
  });
  expect(await meta.live()).toMatchObject([{ id: seen.post_id, kind: 'reel', videoId: video_id, message: 'Bread' }]);
  const { videos, posts } = await meta.truth();
  expect(videos).toMatchObject([{ sha256: sha256(bytesOf), publications: 1, finishCalls: 1, posts: [seen.post_id] }]);
  expect(posts[0].publishedAt).toBe(videos[0].readyAt);
  const listed = await meta.get(`/${bakery}/published_posts`, meta.token);
  expect(listed.body.data).toMatchObject([{ id: seen.post_id, message: 'Bread' }]);
});

test('an upload that broke off goes on where it was, and nowhere else', async () => {
  await using meta = await withFilm();
  const { video_id, upload_url } = (await meta.toPage('video_reels', { upload_phase: 'start' })).body;
  await sendAndBreakOff(meta, upload_url, meta.token, bytesOf.subarray(0, 40_000));
  const uploading = (await meta.read(video_id)).status.uploading_phase;
  expect(uploading).toMatchObject({
    status: 'in_progress',
    bytes_transfered: 40_000,
    source_file_size: bytesOf.length,
  });
  const asked = await meta.call('GET', upload_url, { headers: uploadHeaders(meta.token, 0, 0) });
  expect(asked.body).toMatchObject({ offset: 40_000, file_offset: 40_000 });
  const wrong = await meta.send(upload_url, meta.token, bytesOf);
  expect(wrong).toMatchObject({ status: 400, body: { debug_info: { type: 'OffsetInvalidError', retriable: true } } });
  const short = await meta.call('POST', upload_url, {
    body: bytesOf.subarray(40_000, 50_000),
    headers: uploadHeaders(meta.token, 40_000, bytesOf.length),
  });
  expect(short.body.debug_info).toMatchObject({ type: 'PartialRequestError', retriable: true });
  expect((await meta.finish('video_reels', video_id)).body.error).toMatchObject({ code: 6000 });
  expect((await meta.send(upload_url, meta.token, bytesOf, 50_000)).body).toMatchObject({ success: true });
  expect((await meta.truth()).videos).toMatchObject([{ sha256: sha256(bytesOf) }]);
});

test('an upload belongs to the Page that began it', async () => {
  await using meta = await withFilm();
  const { upload_url } = (await meta.toPage('video_reels', { upload_phase: 'start' })).body;
  const other = await meta.send(upload_url, await meta.pageToken(pottery), bytesOf);
  expect(other.body.error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await meta.send(upload_url, 'EAAnonsense', bytesOf)).body.error).toMatchObject({ code: 190 });
  const unknown = `${meta.url}/video-upload/v26.0/7700000000000000`;
  expect((await meta.send(unknown, meta.token, bytesOf)).body.error).toMatchObject({ code: 100 });
});

test.for([
  ['too short', { seconds: 2 }],
  ['too long', { seconds: 100 }],
  ['too small', { width: 360, height: 640 }],
  ['lying down', { width: 1_920, height: 1_080 }],
  ['too slow', { framesPerSecond: 15 }],
] as const)('a reel that is %s ends in an error of its processing, and is never seen', async ([, film]) => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_reels', mp4(film));
  expect((await meta.finish('video_reels', video)).status).toBe(200);
  expect(await meta.read(video)).toMatchObject({
    published: false,
    status: { processing_phase: { error: { message: expect.any(String) } } },
  });
  expect(await meta.live()).toEqual([]);
});

test.for([
  ['message', 'processing', 'not_started'],
  ['status', 'error', 'error'],
] as const)(
  'that its processing failed can be told by its %s: a video that is %s, with a phase that is %s',
  async ([processingError, video_status, phase]) => {
    await using meta = await withFilm();
    await meta.switch({ processingError });
    const video = await meta.uploaded('video_reels', mp4({ seconds: 2 }));
    await meta.finish('video_reels', video);
    expect((await meta.read(video)).status).toMatchObject({
      ...{ video_status, uploading_phase: { status: 'complete' }, publishing_phase: { status: 'not_started' } },
      processing_phase: { status: phase, error: { message: expect.any(String) } },
    });
  },
);

test('a reel that is a draft is seen by nobody, until it is finished as published or by hand', async () => {
  await using meta = await withFilm();
  const [first, second] = [await meta.uploaded('video_reels'), await meta.uploaded('video_reels')];
  for (const video of [first, second]) {
    await meta.finish('video_reels', video, { video_state: 'DRAFT' });
    expect((await meta.read(video)).status.publishing_phase).toMatchObject({ publish_status: 'draft' });
  }
  expect(await meta.live()).toEqual([]);
  await meta.finish('video_reels', first);
  expect(await meta.live()).toHaveLength(1);
  await meta.sim('POST', `videos/${second}/publish`);
  expect(await meta.read(second)).toMatchObject({ published: true });
});

test.for([
  ['duplicate', 2, 200],
  ['success', 1, 200],
  ['error', 1, 400],
] as const)(
  'a second finish of a reel can be answered by %s, and the truth counts %i',
  async ([how, count, status]) => {
    await using meta = await withFilm();
    await meta.switch({ finishReelAgain: how });
    const video = await meta.uploaded('video_reels');
    await meta.finish('video_reels', video);
    expect((await meta.finish('video_reels', video)).status).toBe(status);
    expect(await meta.live()).toHaveLength(count);
    expect((await meta.truth()).videos).toMatchObject([{ publications: count, finishCalls: 2 }]);
  },
);

test('a Page has so many reels a day', async () => {
  await using meta = await withFilm();
  await meta.switch({ reelsADay: 1 });
  const [first, second] = [await meta.uploaded('video_reels'), await meta.uploaded('video_reels')];
  expect((await meta.finish('video_reels', first)).status).toBe(200);
  expect((await meta.finish('video_reels', second)).body.error).toMatchObject({ code: 613 });
  expect(await meta.live()).toHaveLength(1);
  await meta.passTime(DAY_MS);
  expect((await meta.finish('video_reels', second)).status).toBe(200);
});

test('the id of its post can come without the Page', async () => {
  await using meta = await withFilm();
  await meta.switch({ videoPostId: 'bare' });
  const video = await meta.uploaded('video_reels');
  await meta.finish('video_reels', video);
  expect((await meta.read(video)).post_id).toMatch(/^\d+$/);
});

test('a reel can be deleted by its video or by its post', async () => {
  await using meta = await withFilm();
  const [first, second] = [await meta.uploaded('video_reels'), await meta.uploaded('video_reels')];
  for (const video of [first, second]) await meta.finish('video_reels', video);
  expect((await meta.delete(`/${first}`, meta.token)).body).toEqual({ success: true });
  const { post_id } = await meta.read(second);
  expect((await meta.delete(`/${post_id}`, meta.token)).body).toEqual({ success: true });
  expect(await meta.live()).toEqual([]);
  expect(await meta.read(second)).toMatchObject({ published: false });
});
