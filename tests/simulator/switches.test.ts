import { expect, test } from 'vitest';
import { bakery, pat, picture, pottery, simulated } from './simulated.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test.for(['draft', 'publication'] as const)('created_time can be that of the %s', async (createdTime) => {
  await using meta = await simulated();
  await meta.switch({ createdTime });
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.passTime(HOUR_MS);
  await meta.publish(post, token);
  const [live] = await meta.live();
  const { created_time } = (await meta.get(`/${post}`, token)).body;
  const expected = createdTime === 'draft' ? live.createdAt : live.publishedAt;
  expect(created_time).toBe(`${expected.slice(0, 19)}+0000`);
});

test.for([true, false])('exchanging a long-lived token moves its end: %s', async (exchangeExtends) => {
  await using meta = await simulated();
  await meta.switch({ exchangeExtends });
  const first = await meta.login();
  await meta.passTime(30 * DAY_MS);
  const { body } = await meta.exchange(first);
  const gained = (await meta.debug(body.access_token)).expires_at - (await meta.debug(first)).expires_at;
  expect(gained > 29 * 86_400).toBe(exchangeExtends);
  expect(body.expires_in > 40 * 86_400).toBe(exchangeExtends);
});

test('a long-lived token can have no end at all', async () => {
  await using meta = await simulated();
  await meta.switch({ tokenNeverExpires: true });
  const code = (await meta.decide()).searchParams.get('code') ?? '';
  const { body } = await meta.exchange((await meta.redeem(code)).body.access_token);
  expect(body).not.toHaveProperty('expires_in');
  expect(await meta.debug(body.access_token)).toMatchObject({ is_valid: true, expires_at: 0 });
});

test('a second publication can be answered with an error, and still publishes nothing', async () => {
  await using meta = await simulated();
  await meta.switch({ publishAgain: 'error' });
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  expect((await meta.publish(post, token)).status).toBe(200);
  expect((await meta.publish(post, token)).body.error).toMatchObject({ code: 100 });
  expect(await meta.live()).toMatchObject([{ publications: 1, publishCalls: 2 }]);
});

test('reads can lag behind writes', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.switch({ readDelayMs: HOUR_MS });
  const seen = async () => (await meta.get(`/${post}`, token, { fields: 'is_published' })).body;
  expect((await seen()).error).toMatchObject({ code: 100, error_subcode: 33 });
  await meta.passTime(HOUR_MS);
  await meta.publish(post, token);
  expect((await seen()).is_published).toBe(false);
  expect((await meta.get(`/${bakery}/published_posts`, token)).body.data).toEqual([]);
  expect(await meta.live()).toHaveLength(1);
  await meta.passTime(2 * HOUR_MS);
  expect((await seen()).is_published).toBe(true);
});

test.for([true, false])('a second consent adds to the first: %s', async (grantsAccumulate) => {
  await using meta = await simulated();
  await meta.switch({ grantsAccumulate });
  await meta.login({ pages: [pottery] });
  const { granular_scopes } = await meta.debug(await meta.login({ pages: [bakery] }));
  expect(granular_scopes[0].target_ids).toEqual(grantsAccumulate ? [pottery, bakery] : [bakery]);
});

test.for([true, false])('photos outlive their post: %s', async (photosOutlivePost) => {
  await using meta = await simulated();
  await meta.switch({ photosOutlivePost });
  const token = await meta.pageToken();
  const photo = await meta.photo(token);
  const attached = { published: false, attached_media: [{ media_fbid: photo }] };
  const { body } = await meta.call('POST', `/${bakery}/feed`, { token, json: attached });
  await meta.delete(`/${body.id}`, token);
  expect((await meta.get(`/${photo}`, token)).status).toBe(photosOutlivePost ? 200 : 400);
  expect((await meta.call('POST', `/${bakery}/feed`, { token, json: attached })).status).toBe(
    photosOutlivePost ? 200 : 400,
  );
});

test.for([true, false])(
  'the truth knows what a deleted post showed, also where its photos outlive it: %s',
  async (photosOutlivePost) => {
    await using meta = await simulated();
    await meta.switch({ photosOutlivePost });
    const token = await meta.pageToken();
    const photos = [await meta.photo(token), await meta.photo(token)];
    const attached = { attached_media: photos.map((id) => ({ media_fbid: id })) };
    const { body } = await meta.call('POST', `/${bakery}/feed`, { token, json: attached });
    await meta.delete(`/${body.id}`, token);
    const { posts } = await meta.truth();
    expect(posts).toMatchObject([{ id: body.id, photoIds: photos, isPublished: false, publications: 1 }]);
  },
);

test('the limit of a photo can be the other one that Meta names', async () => {
  await using meta = await simulated();
  await meta.switch({ photoLimitMb: 10 });
  const token = await meta.pageToken();
  expect((await meta.upload(token, picture(9_999_999), { published: 'false' })).status).toBe(200);
  expect((await meta.upload(token, picture(10_000_001), { published: 'false' })).body.error).toMatchObject({
    error_subcode: 1_366_046,
  });
});

test('the list of Pages without the permission for it is refused, or empty', async () => {
  await using meta = await simulated();
  const token = await meta.login({ permissions: ['business_management'] });
  expect((await meta.get('/me/accounts', token)).body.error).toMatchObject({ code: 200 });
  await meta.switch({ accountsWithoutPermission: 'empty' });
  expect((await meta.get('/me/accounts', token)).body).toEqual({ data: [] });
});

test('tasks can be a field of the list only', async () => {
  await using meta = await simulated();
  const token = await meta.login();
  expect((await meta.get(`/${bakery}`, token, { fields: 'tasks' })).body.tasks).toContain('CREATE_CONTENT');
  await meta.switch({ tasksOnPage: false });
  expect((await meta.get(`/${bakery}`, token, { fields: 'tasks' })).body.error).toMatchObject({ code: 100 });
  expect((await meta.get('/me/accounts', token, { fields: 'tasks' })).status).toBe(200);
});

test('how much of the limits is used up can be set', async () => {
  await using meta = await simulated();
  await meta.switch({ usagePercent: 93 });
  const { headers } = await meta.get('/me', await meta.login());
  expect(JSON.parse(headers.get('x-app-usage') ?? '').call_count).toBe(93);
});

test('a switch that does not exist, or cannot be set so, is refused and nothing is set', async () => {
  await using meta = await simulated();
  for (const wrong of [
    { colour: 'red' },
    { createdTime: 'yesterday' },
    { readDelayMs: -1 },
    { exchangeExtends: 'yes' },
  ])
    expect((await meta.switch({ publishAgain: 'error', ...wrong })).status).toBe(400);
  const { switches, defaults } = (await meta.sim('GET', 'switches')).body;
  expect(switches).toEqual(defaults);
});

test('a reset makes everything new', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  await meta.upload(token, picture());
  await meta.switch({ createdTime: 'publication' });
  await meta.fault('any', 'refuse', { times: 'always' });
  await meta.passTime(DAY_MS);
  await meta.sim('POST', 'reset');
  expect(await meta.truth()).toMatchObject({
    posts: [],
    photos: [],
    videos: [],
    containers: [],
    media: [],
    comments: [],
  });
  expect((await meta.get('/me', token)).body.error).toMatchObject({ code: 190 });
  expect((await meta.sim('GET', 'users')).body).toMatchObject([{ id: pat, name: 'Pat Example' }]);
  expect((await meta.sim('GET', 'clock')).body.offsetMs).toBe(0);
});
