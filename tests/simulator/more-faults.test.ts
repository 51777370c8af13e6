import { expect, test } from 'vitest';
import { jpeg, mediaServer, mp4 } from './contents.ts';
import { eventually } from './eventually.ts';
import { bytesOf, uploadHeaders, withFilm } from './film.ts';
import { withInstagram } from './instagram.ts';
import { bakery, bakeryInstagram, pottery, simulated } from './simulated.ts';

const HOUR_MS = 3_600_000;

test('a fault by probability hits the same calls for the same seed, others for another', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const pattern = async (seed: number) => {
    await meta.sim('DELETE', 'faults');
    await meta.fault('readPage', 'refuse', { probability: 0.5, seed });
    const statuses = [];
    for (let count = 0; count < 24; count++) statuses.push((await meta.get('/me', token)).status);
    expect((await meta.sim('GET', 'faults')).body).toMatchObject([
      { met: 24, remaining: null, hits: statuses.filter((status) => status === 400).length },
    ]);
    return statuses;
  };
  const first = await pattern(7);
  expect(new Set(first)).toEqual(new Set([200, 400]));
  expect(await pattern(7)).toEqual(first);
  expect(await pattern(8)).not.toEqual(first);
});

test('a fault by probability is not counted by calls of another name, and can be limited in number', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.fault('readPage', 'refuse', { probability: 1, times: 1 });
  await meta.get('/me/feed', token);
  expect((await meta.sim('GET', 'faults')).body).toMatchObject([{ met: 0 }]);
  expect([(await meta.get('/me', token)).status, (await meta.get('/me', token)).status]).toEqual([400, 200]);
});

test('whatever a call publishes, its answer can be lost', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  await meta.fault('publishContainer', 'dropAnswer', { object: container });
  const other = await meta.ready({ image_url: server.url('a.jpg') });
  expect((await meta.commit(other)).status).toBe(200);
  await expect(meta.commit(container)).rejects.toThrow('fetch failed');
  expect(await meta.status(container)).toMatchObject({ status_code: 'PUBLISHED' });
  const photo = await meta.photo(meta.token);
  await meta.fault('photoStory', 'dropAnswer', { object: photo });
  await expect(meta.post(`/${bakery}/photo_stories`, meta.token, { photo_id: photo })).rejects.toThrow('fetch failed');
  expect(await meta.live()).toMatchObject([{ kind: 'story', photoIds: [photo] }]);
});

test('media can be said not to be ready, and nothing is published', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  await meta.fault('publishContainer', 'mediaNotReady');
  expect((await meta.commit(container)).body.error).toMatchObject({ code: 9007, error_subcode: 2_207_027 });
  expect(await meta.liveMedia()).toEqual([]);
  expect((await meta.commit(container)).status).toBe(200);
});

test('processing can fail, of a container and of a reel', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() }, 'a.mp4': { bytes: mp4(), type: 'video/mp4' } });
  for (const form of [{ image_url: server.url('a.jpg') }, { media_type: 'REELS', video_url: server.url('a.mp4') }]) {
    await meta.fault('createContainer', 'processingError', { subcode: 2_207_082 });
    const { id } = (await meta.create(form)).body;
    const failed = { status_code: 'ERROR', status: 'Error: Media upload has failed with error code 2207082' };
    await eventually(() => meta.status(id)).toMatchObject(failed);
  }
  await using films = await withFilm();
  await films.fault('reelFinish', 'processingError');
  const video = await films.uploaded('video_reels');
  expect((await films.finish('video_reels', video)).status).toBe(200);
  expect((await films.read(video)).status.processing_phase).toMatchObject({ error: { message: expect.any(String) } });
});

test('processing can take long, of one thing only', async () => {
  await using meta = await withFilm();
  const [slow, quick] = [await meta.uploaded('video_reels'), await meta.uploaded('video_reels')];
  await meta.fault('reelFinish', 'slowProcessing', { delayMs: HOUR_MS, object: slow });
  for (const video of [slow, quick]) await meta.finish('video_reels', video);
  expect(await meta.live()).toMatchObject([{ videoId: quick }]);
  await meta.passTime(HOUR_MS);
  expect(await meta.live()).toMatchObject([{ videoId: slow }, { videoId: quick }]);
});

test.for(['rupload', 'reelUpload'])(
  'an upload can be reset in its midst by a fault of %s, and what came stays',
  async (call) => {
    await using meta = await withFilm();
    const { upload_url } = (await meta.toPage('video_reels', { upload_phase: 'start' })).body;
    const offset = async () =>
      (await meta.call('GET', upload_url, { headers: uploadHeaders(meta.token, 0, 0) })).body.offset;
    await meta.fault(call, 'resetMidUpload');
    await expect(meta.send(upload_url, meta.token, bytesOf)).rejects.toThrow('fetch failed');
    expect(await offset()).toBe(50_000);
    await meta.fault(call, 'resetMidUpload', { afterBytes: 10 });
    await expect(meta.send(upload_url, meta.token, bytesOf, 50_000)).rejects.toThrow('fetch failed');
    expect(await offset()).toBe(50_010);
    expect((await meta.send(upload_url, meta.token, bytesOf, 50_010)).body).toMatchObject({ success: true });
  },
);

test('a video of Instagram can be uploaded too, and resumed', async () => {
  await using meta = await withInstagram();
  const { body } = await meta.create({ media_type: 'REELS', upload_type: 'resumable' });
  expect(body.uri).toBe(`${meta.url}/ig-api-upload/v26.0/${body.id}`);
  expect(await meta.status(body.id)).toMatchObject({ status_code: 'IN_PROGRESS' });
  const send = (from: number) =>
    meta.call('POST', body.uri, {
      body: bytesOf.subarray(from),
      headers: uploadHeaders(meta.token, from, bytesOf.length),
    });
  await meta.fault('containerUpload', 'resetMidUpload');
  await expect(send(0)).rejects.toThrow('fetch failed');
  expect((await send(50_000)).body).toMatchObject({ success: true });
  expect(await meta.status(body.id)).toMatchObject({ status_code: 'FINISHED' });
  expect((await meta.commit(body.id)).status).toBe(200);
});

test('our media can be unreachable for Meta, or slow to come', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  await meta.fault('fetchMedia', 'refuse');
  const refused = await meta.create({ image_url: server.url('a.jpg') });
  expect(refused.body.error).toMatchObject({ code: 9004, error_subcode: 2_207_052 });
  expect(server.asked).toEqual([]);
  await meta.fault('fetchMedia', 'slow', { delayMs: 200 });
  const begun = performance.now();
  expect((await meta.create({ image_url: server.url('a.jpg') })).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(190);
});

test('what we fetch can break off on the way, or come too late, for one account and not for another', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const create = () => meta.create({ image_url: server.url('a.jpg') });
  await meta.fault('fetchMedia', 'refuse', { page: pottery });
  expect((await create()).status).toBe(200);
  await meta.fault('fetchMedia', 'resetMidUpload', { page: bakery, afterBytes: 10 });
  expect((await create()).body.error).toMatchObject({ code: 9004, error_subcode: 2_207_052 });
  expect(server.asked).toHaveLength(2);
  await meta.switch({ fetchTimeoutMs: 50 });
  await meta.fault('fetchMedia', 'slow', { object: bakeryInstagram, delayMs: 60_000 });
  expect((await create()).body.error).toMatchObject({ code: -2, error_subcode: 2_207_003 });
  expect(server.asked).toHaveLength(2);
  expect((await meta.truth()).containers).toHaveLength(1);
  await meta.switch({ fetchTimeoutMs: 10_000 });
  expect((await create()).status).toBe(200);
});

test('a fault of any call leaves alone what we fetch within one', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  await meta.fault('any', 'errorButDone', { times: 2 });
  expect((await meta.create({ image_url: server.url('a.jpg') })).status).toBe(500);
  expect((await meta.truth()).containers).toMatchObject([{ status: 'FINISHED' }]);
});

test('reads lag behind writes in every kind', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  const post = await meta.draft(meta.token, 'Old words');
  const photo = await meta.photo(meta.token);
  await meta.publish(post, meta.token);
  await meta.switch({ readDelayMs: HOUR_MS });
  await meta.passTime(HOUR_MS);
  const { id } = (await meta.commit(container)).body;
  await meta.post(`/${bakery}/photo_stories`, meta.token, { photo_id: photo });
  await meta.post(`/${post}/comments`, meta.token, { message: 'First' });
  await meta.post(`/${post}`, meta.token, { message: 'New words' });
  const lists = [`/${bakeryInstagram}/media`, `/${bakery}/stories`, `/${post}/comments`];
  const seen = async () => ({
    container: (await meta.status(container)).status_code,
    media: (await meta.get(`/${id}`, meta.token)).status,
    message: (await meta.get(`/${post}`, meta.token)).body.message,
    listed: await Promise.all(lists.map(async (edge) => (await meta.get(edge, meta.token)).body.data.length)),
  });
  expect(await seen()).toEqual({ container: 'FINISHED', media: 400, message: 'Old words', listed: [0, 0, 0] });
  await meta.passTime(2 * HOUR_MS);
  expect(await seen()).toEqual({ container: 'PUBLISHED', media: 200, message: 'New words', listed: [1, 1, 1] });
});

test('what was deleted is shown for a while, by reads that lag behind, and cannot be deleted again', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const post = await meta.draft(meta.token, 'Fresh bread');
  await meta.publish(post, meta.token);
  const { id: media } = (await meta.commit(await meta.ready({ image_url: server.url('a.jpg') }))).body;
  const remove = (id: string) => meta.delete(`/${id}`, meta.token);
  const seen = () =>
    Promise.all(
      [`/${post}`, `/${media}`, `/${bakery}/published_posts`, `/${bakeryInstagram}/media`].map(async (path) => {
        const { status, body } = await meta.get(path, meta.token);
        return body.data ? body.data.length : status;
      }),
    );
  await meta.passTime(HOUR_MS);
  for (const id of [post, media]) expect((await remove(id)).status).toBe(200);
  expect(await seen()).toEqual([400, 400, 0, 0]);
  await meta.switch({ readDelayMs: HOUR_MS });
  expect(await seen()).toEqual([200, 200, 1, 1]);
  for (const id of [post, media]) expect((await remove(id)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await meta.get(`/${post}/comments`, meta.token)).status).toBe(400);
  await meta.passTime(2 * HOUR_MS);
  expect(await seen()).toEqual([400, 400, 0, 0]);
  await meta.fault('readPost', 'staleRead', { delayMs: 0, deletedMs: 2 * HOUR_MS });
  expect(await seen()).toEqual([200, 400, 0, 0]);
});

test('how far each read lags can be left to chance, and go with another fault', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token, 'Fresh bread');
  await meta.fault('readPost', 'staleRead', { delayMs: HOUR_MS, probability: 0.5, seed: 3 });
  const read = () => meta.get(`/${post}`, token);
  const statuses = [];
  for (let count = 0; count < 16; count++) statuses.push((await read()).status);
  expect(new Set(statuses)).toEqual(new Set([200, 400]));
  const { hits } = (await meta.sim('GET', 'faults')).body[0];
  expect(hits).toBe(statuses.filter((status) => status === 400).length);
  await meta.passTime(HOUR_MS);
  await meta.fault('readPost', 'dropAnswer');
  await expect(read()).rejects.toThrow('fetch failed');
  expect((await read()).status).toBe(200);
});

test('each second call can be answered in another way, whatever the switch says', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  await meta.switch({ mediaPublishAgain: 'duplicate', publishAgain: 'success' });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  await meta.fault('publishContainer', 'secondCall', { again: 'error' });
  await meta.fault('publishContainer', 'secondCall', { again: 'success' });
  const { id } = (await meta.commit(container)).body;
  expect((await meta.commit(container)).body.error).toMatchObject({ code: 9007 });
  expect((await meta.commit(container)).body).toEqual({ id });
  expect(await meta.liveMedia()).toHaveLength(1);
  expect((await meta.commit(container)).body.id).not.toBe(id);
  expect(await meta.liveMedia()).toHaveLength(2);

  const post = await meta.draft(meta.token, 'Fresh bread');
  await meta.fault('publish', 'secondCall', { again: 'error' });
  expect((await meta.publish(post, meta.token)).status).toBe(200);
  expect((await meta.publish(post, meta.token)).status).toBe(400);
  expect((await meta.publish(post, meta.token)).status).toBe(200);
});

test('others publish and delete what is ours, past the app', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const [first, second] = [
    await meta.ready({ image_url: server.url('a.jpg'), caption: 'Bread' }),
    await meta.ready({ image_url: server.url('a.jpg') }),
  ];
  await meta.sim('POST', `containers/${first}/publish`);
  expect(await meta.status(first)).toMatchObject({ status_code: 'PUBLISHED' });
  await meta.sim('DELETE', `containers/${second}`);
  expect((await meta.status(second)).error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await meta.sim('POST', `containers/${second}/publish`)).status).toBe(404);
  const byPhone = (await meta.sim('POST', `instagram/${bakeryInstagram}/media`, { caption: 'Bread' })).body;
  expect(await meta.liveMedia()).toMatchObject([
    { id: byPhone.id, caption: 'Bread', container: null },
    { caption: 'Bread', container: first },
  ]);
  await meta.sim('DELETE', `media/${byPhone.id}`);
  expect(await meta.liveMedia()).toHaveLength(1);
  expect((await meta.sim('POST', 'instagram/17841499999999999/media', {})).status).toBe(400);
});

test('the truth can be read from where it was left', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [first, second] = [await meta.draft(token, 'one'), await meta.draft(token, 'two')];
  const { revision, posts } = await meta.truth();
  expect(posts).toHaveLength(2);
  const since = async (from: number) => (await meta.sim('GET', `truth?since=${from}`)).body;
  expect(await since(revision)).toMatchObject({ revision, posts: [], photos: [] });
  await meta.publish(second, token);
  const news = await since(revision);
  expect(news.posts).toMatchObject([{ id: second, isPublished: true }]);
  await meta.delete(`/${first}`, token);
  expect((await since(news.revision)).posts).toMatchObject([{ id: first, deletedAt: expect.any(String) }]);
});
