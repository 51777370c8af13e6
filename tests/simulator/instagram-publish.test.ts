import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { jpeg, mediaServer, mp4 } from './contents.ts';
import { eventually } from './eventually.ts';
import { withInstagram } from './instagram.ts';
import { bakeryInstagram, ninePermissions } from './simulated.ts';

const DAY_MS = 24 * 3_600_000;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const read = 'id,caption,media_type,media_product_type,permalink,timestamp,alt_text,username';

test('an image is fetched, contained, published, and then seen with everything it was given', async () => {
  await using meta = await withInstagram();
  const bytes = jpeg();
  await using server = await mediaServer({ 'door.jpg': { bytes } });
  const container = await meta.ready({ image_url: server.url('door.jpg'), caption: 'A door', alt_text: 'Green' });
  expect(await meta.liveMedia()).toEqual([]);
  const { body } = await meta.commit(container);
  expect((await meta.get(`/${body.id}`, meta.token, { fields: read })).body).toMatchObject({
    ...{ id: body.id, caption: 'A door', media_type: 'IMAGE', media_product_type: 'FEED', alt_text: 'Green' },
    ...{ username: 'harbourbakery', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/) },
  });
  expect(await meta.liveMedia()).toMatchObject([
    { id: body.id, container, caption: 'A door', media: [{ sha256: sha256(bytes), altText: 'Green', type: 'IMAGE' }] },
  ]);
  expect(await meta.status(container)).toMatchObject({ status_code: 'PUBLISHED' });
  expect((await meta.get(`/${bakeryInstagram}/media`, meta.token)).body.data).toEqual([{ id: body.id }]);
});

test('an image is asked for once and whole, a video piece by piece, both by the crawler', async () => {
  await using meta = await withInstagram();
  const film = mp4({ bytes: 9_000_000 });
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() }, 'a.mp4': { bytes: film, type: 'video/mp4' } });
  await meta.ready({ image_url: server.url('a.jpg') });
  await meta.ready({ media_type: 'REELS', video_url: server.url('a.mp4') });
  expect(server.asked.map(({ path, headers }) => [path, headers.range])).toEqual([
    ['a.jpg', undefined],
    ['a.mp4', 'bytes=0-4194303'],
    ['a.mp4', 'bytes=4194304-8388607'],
    ['a.mp4', 'bytes=8388608-12582911'],
  ]);
  for (const { headers } of server.asked) expect(headers['user-agent']).toMatch(/^facebookexternalhit\/1\.1/);
  const { containers } = await meta.truth();
  expect(containers[1].sha256).toBe(sha256(film));
});

test('a server without ranges gives a video at once', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.mp4': { bytes: mp4(), type: 'video/mp4', noRanges: true } });
  await meta.ready({ media_type: 'REELS', video_url: server.url('a.mp4') });
});

test('a reel and stories are told apart from the feed', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({
    'a.mp4': { bytes: mp4(), type: 'video/mp4' },
    'a.jpg': { bytes: jpeg({ width: 720, height: 1280 }) },
    'cover.jpg': { bytes: jpeg({ mark: 'cover' }) },
  });
  const reel = await meta.ready({
    ...{ media_type: 'REELS', video_url: server.url('a.mp4'), cover_url: server.url('cover.jpg'), caption: 'Reel' },
    ...{ share_to_feed: 'true', thumb_offset: '1000', collaborators: '["a","b"]' },
  });
  const film = await meta.ready({ media_type: 'STORIES', video_url: server.url('a.mp4') });
  const still = await meta.ready({ media_type: 'STORIES', image_url: server.url('a.jpg') });
  const ids = [];
  for (const container of [reel, film, still]) ids.push((await meta.commit(container)).body.id);
  const fields = 'media_type,media_product_type';
  const seen = async (id: string) => (await meta.get(`/${id}`, meta.token, { fields })).body;
  expect(await seen(ids[0])).toMatchObject({ media_type: 'VIDEO', media_product_type: 'REELS' });
  expect(await seen(ids[1])).toMatchObject({ media_type: 'VIDEO', media_product_type: 'STORY' });
  expect(await seen(ids[2])).toMatchObject({ media_type: 'IMAGE', media_product_type: 'STORY' });
  const listed = async (edge: string) => (await meta.get(`/${bakeryInstagram}/${edge}`, meta.token)).body.data;
  expect(await listed('media')).toEqual([{ id: ids[0] }]);
  expect(await listed('stories')).toEqual([{ id: ids[2] }, { id: ids[1] }]);
  const { media } = await meta.truth();
  expect(media[0]).toMatchObject({
    options: { share_to_feed: true, thumb_offset: 1000, collaborators: ['a', 'b'] },
    media: [{ coverSha256: sha256(jpeg({ mark: 'cover' })) }],
  });
  await meta.passTime(DAY_MS);
  expect(await listed('stories')).toEqual([]);
});

test('in a story people are mentioned, at a place or at none', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({
    'a.mp4': { bytes: mp4(), type: 'video/mp4' },
    'a.jpg': { bytes: jpeg({ width: 720, height: 1280 }) },
  });
  const tags = [{ username: 'a', x: 0.5, y: 1 }, { username: 'b' }];
  const story = { media_type: 'STORIES', user_tags: JSON.stringify(tags) };
  await meta.commit(await meta.ready({ ...story, video_url: server.url('a.mp4') }));
  await meta.commit(await meta.ready({ ...story, image_url: server.url('a.jpg') }));
  expect(await meta.liveMedia()).toMatchObject([{ options: { user_tags: tags } }, { options: { user_tags: tags } }]);
});

test('a carousel keeps the order of its children, and counts once', async () => {
  await using meta = await withInstagram();
  const pictures = ['one', 'two', 'three'].map((mark) => jpeg({ mark }));
  await using server = await mediaServer({
    ...Object.fromEntries(pictures.map((bytes, place) => [`${place}.jpg`, { bytes }])),
    'a.mp4': { bytes: mp4(), type: 'video/mp4' },
  });
  const children: string[] = [];
  for (const place of [2, 0, 1])
    children.push(
      await meta.ready({ image_url: server.url(`${place}.jpg`), is_carousel_item: 'true', alt_text: `${place}` }),
    );
  children.push(await meta.ready({ media_type: 'VIDEO', video_url: server.url('a.mp4'), is_carousel_item: 'true' }));
  const carousel = await meta.ready({ media_type: 'CAROUSEL', children: children.join(','), caption: 'Four' });
  const { body } = await meta.commit(carousel);
  expect(await meta.liveMedia()).toMatchObject([
    {
      ...{ mediaType: 'CAROUSEL_ALBUM', productType: 'FEED', caption: 'Four' },
      media: [
        { sha256: sha256(pictures[2] as Uint8Array), altText: '2' },
        { sha256: sha256(pictures[0] as Uint8Array), altText: '0' },
        { sha256: sha256(pictures[1] as Uint8Array), altText: '1' },
        { sha256: sha256(mp4()), type: 'VIDEO' },
      ],
    },
  ]);
  const fields = 'media_type,children{media_type}';
  expect((await meta.get(`/${body.id}`, meta.token, { fields })).body.children.data).toHaveLength(4);
  const quota = await meta.get(`/${bakeryInstagram}/content_publishing_limit`, meta.token, {
    fields: 'quota_usage,config',
  });
  expect(quota.body.data).toEqual([{ quota_usage: 1, config: { quota_total: 50, quota_duration: 86_400 } }]);
});

test('a video is in progress while it is fetched and processed, and cannot be published before', async () => {
  await using meta = await withInstagram();
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = await mediaServer({ 'a.mp4': { bytes: mp4(), type: 'video/mp4', after: promise } });
  await meta.switch({ videoProcessingMs: DAY_MS / 2 });
  const { id } = (await meta.create({ media_type: 'REELS', video_url: server.url('a.mp4') })).body;
  const early = async () => (await meta.commit(id)).body.error;
  expect(await meta.status(id)).toMatchObject({ status_code: 'IN_PROGRESS' });
  expect(await early()).toMatchObject({ code: 9007, error_subcode: 2_207_027 });
  resolve();
  await eventually(async () => (await meta.truth()).containers[0].readyAt).toEqual(expect.any(String));
  expect(await early()).toMatchObject({ code: 9007, error_subcode: 2_207_027 });
  await meta.passTime(DAY_MS / 2);
  expect(await meta.status(id)).toMatchObject({ status_code: 'FINISHED' });
  expect((await meta.commit(id)).status).toBe(200);
});

test('a container is of no use after a day', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  await meta.passTime(DAY_MS);
  expect(await meta.status(container)).toMatchObject({ status_code: 'EXPIRED' });
  expect((await meta.commit(container)).body.error).toMatchObject({ code: 24, error_subcode: 2_207_008 });
  expect(await meta.liveMedia()).toEqual([]);
});

test.for([
  ['fail', 'ERROR', { code: 9007, error_subcode: 2_207_027 }],
  ['expire', 'EXPIRED', { code: 24, error_subcode: 2_207_008 }],
] as const)(
  'a container that was ready can be told to %s, and is not published any more',
  async ([word, status, error]) => {
    await using meta = await withInstagram();
    await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
    const container = await meta.ready({ image_url: server.url('a.jpg') });
    await meta.sim('POST', `containers/${container}/${word}`);
    expect(await meta.status(container)).toMatchObject({ status_code: status });
    expect((await meta.commit(container)).body.error).toMatchObject(error);
    expect(await meta.liveMedia()).toEqual([]);
  },
);

test.for([
  ['duplicate', 2, { id: expect.any(String) }],
  ['success', 1, { id: expect.any(String) }],
  ['error', 1, { error: expect.objectContaining({ code: 9007 }) }],
] as const)('a second call to publish can be answered by %s, and the truth counts %i', async ([how, count, answer]) => {
  await using meta = await withInstagram();
  await meta.switch({ mediaPublishAgain: how });
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const container = await meta.ready({ image_url: server.url('a.jpg') });
  const first = await meta.commit(container);
  const second = await meta.commit(container);
  expect(second.body).toEqual(answer);
  if (how === 'success') expect(second.body).toEqual(first.body);
  const { containers } = await meta.truth();
  expect(containers).toMatchObject([{ publications: count, publishCalls: 2 }]);
  expect(await meta.liveMedia()).toHaveLength(count);
});

test('the quota of a day is refused when it is used up, and free again after the day', async () => {
  await using meta = await withInstagram();
  await meta.switch({ publishingQuota: 1 });
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const [first, second] = [
    await meta.ready({ image_url: server.url('a.jpg') }),
    await meta.ready({ image_url: server.url('a.jpg') }),
  ];
  expect((await meta.commit(first)).status).toBe(200);
  expect((await meta.commit(second)).body.error).toMatchObject({ code: 9, error_subcode: 2_207_042 });
  await meta.passTime(DAY_MS);
  const third = await meta.ready({ image_url: server.url('a.jpg') });
  expect((await meta.commit(third)).status).toBe(200);
});

test('an account has so many containers a day, published or not', async () => {
  await using meta = await withInstagram();
  expect((await meta.sim('GET', 'switches')).body.defaults.containersADay).toBe(400);
  await meta.switch({ containersADay: 2 });
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const create = () => meta.create({ image_url: server.url('a.jpg') });
  expect([(await create()).status, (await create()).status]).toEqual([200, 200]);
  expect((await create()).body.error).toMatchObject({ code: 9, error_subcode: 2_207_042 });
  await meta.passTime(DAY_MS);
  expect((await create()).status).toBe(200);
});

test('publishing takes the permissions for it, on the account of the Page', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  for (const missing of ['instagram_basic', 'instagram_content_publish', 'pages_read_engagement']) {
    await meta.login({ permissions: ninePermissions.filter((name) => name !== missing) });
    expect((await meta.create({ image_url: server.url('a.jpg') })).body.error).toMatchObject({ code: 10 });
  }
  const other = await meta.pageToken('61550000000000002');
  const foreign = await meta.post(`/${bakeryInstagram}/media`, other, { image_url: server.url('a.jpg') });
  expect(foreign.body.error).toMatchObject({ code: 100, error_subcode: 33 });
});
