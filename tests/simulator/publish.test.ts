import { expect, test } from 'vitest';
import { bakery, ninePermissions, pat, pottery, simulated } from './simulated.ts';

const read = 'id,message,is_published,created_time,permalink_url,status_type';

test('a draft is invisible until it is published, and then visible from that moment', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  expect(post).toMatch(new RegExp(`^${bakery}_\\d{17,}$`));
  expect(await meta.live()).toEqual([]);
  expect((await meta.get(`/${post}`, token, { fields: read })).body.is_published).toBe(false);
  const before = Date.now();
  expect((await meta.publish(post, token)).body).toEqual({ success: true });
  const [live] = await meta.live();
  expect(live).toMatchObject({ id: post, message: 'Fresh bread', publications: 1, publishCalls: 1 });
  expect(Date.parse(live.publishedAt)).toBeGreaterThanOrEqual(before);
  expect((await meta.get(`/${post}`, token, { fields: read })).body).toMatchObject({
    is_published: true,
    status_type: 'mobile_status_update',
  });
});

test('publishing twice answers twice and publishes once', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.publish(post, token);
  const [first] = await meta.live();
  expect((await meta.publish(post, token)).body).toEqual({ success: true });
  expect(await meta.live()).toEqual([{ ...first, publishCalls: 2 }]);
});

test('parameters may come as JSON, as a form or in the address', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const posted = [
    await meta.call('POST', `/v26.0/${bakery}/feed`, { token, json: { message: 'one', published: false } }),
    await meta.post(`/${bakery}/feed`, token, { message: 'two', published: 'false' }),
    await meta.call('POST', `/${bakery}/feed`, { token, query: { message: 'three', published: '0' } }),
  ];
  expect(posted.map(({ status }) => status)).toEqual([200, 200, 200]);
  const { posts } = await meta.truth();
  expect(
    posts.map(({ message, isPublished }: { message: string; isPublished: boolean }) => [message, isPublished]),
  ).toEqual([
    ['one', false],
    ['two', false],
    ['three', false],
  ]);
});

test('a post can be reworded and deleted, and what is deleted is not found any more', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.publish(post, token);
  expect((await meta.post(`/${post}`, token, { message: 'Stale bread' })).body).toEqual({ success: true });
  expect((await meta.get(`/${post}`, token)).body.message).toBe('Stale bread');
  expect((await meta.delete(`/${post}`, token)).body).toEqual({ success: true });
  expect((await meta.get(`/${post}`, token)).body.error).toMatchObject({
    code: 100,
    error_subcode: 33,
    type: 'GraphMethodException',
  });
  expect(await meta.live()).toEqual([]);
});

test('somebody may publish or delete by hand what the app made', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [published, deleted] = [await meta.draft(token, 'published'), await meta.draft(token, 'deleted')];
  await meta.sim('POST', `posts/${published}/publish`);
  await meta.sim('DELETE', `posts/${deleted}`);
  expect(await meta.live()).toMatchObject([{ id: published, publications: 1, publishCalls: 0 }]);
  expect((await meta.publish(deleted, token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await meta.sim('DELETE', 'posts/1_1')).status).toBe(404);
});

test('a link post keeps its link, and a link that is none is refused', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const { body } = await meta.post(`/${bakery}/feed`, token, { link: 'https://example.com/bread' });
  const fields = 'status_type,attachments{media_type,url}';
  expect((await meta.get(`/${body.id}`, token, { fields })).body).toMatchObject({
    status_type: 'shared_story',
    attachments: { data: [{ media_type: 'link', url: 'https://example.com/bread' }] },
  });
  expect((await meta.post(`/${bakery}/feed`, token, { link: 'javascript:alert(1)' })).body.error.code).toBe(1_609_005);
  expect((await meta.post(`/${bakery}/feed`, token)).body.error.code).toBe(100);
});

test('the feed has drafts, published_posts has not, and both answer with the newest first', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const older = await meta.draft(token, 'older');
  const newer = await meta.draft(token, 'newer');
  await meta.publish(newer, token);
  const ids = async (edge: string) =>
    (await meta.get(`/${bakery}/${edge}`, token, { fields: 'id,is_published' })).body.data.map(
      ({ id }: { id: string }) => id,
    );
  expect(await ids('feed')).toEqual([newer, older]);
  expect(await ids('published_posts')).toEqual([newer]);
});

test('the same words twice in a row are refused at one stroke, and never as drafts', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const say = (message: string, published = 'true') => meta.post(`/${bakery}/feed`, token, { message, published });
  expect((await say('Bread')).status).toBe(200);
  expect((await say('Bread')).body.error).toMatchObject({ code: 506 });
  expect((await say('Bread', 'false')).status).toBe(200);
  expect((await say('Cake')).status).toBe(200);
  expect((await say('Bread')).status).toBe(200);
});

test.for(['pages_manage_posts', 'pages_read_engagement', 'pages_show_list'])(
  'nobody posts without %s',
  async (missing) => {
    await using meta = await simulated();
    const token = await meta.pageToken();
    await meta.login({ permissions: ninePermissions.filter((name) => name !== missing) });
    for (const edge of ['feed', 'photos'])
      expect((await meta.post(`/${bakery}/${edge}`, token, { message: 'x' })).body.error).toMatchObject({ code: 200 });
  },
);

test('nobody posts with the token of a person, or without the task for it', async () => {
  await using meta = await simulated();
  expect((await meta.post(`/${bakery}/feed`, await meta.login(), { message: 'x' })).body.error).toMatchObject({
    code: 200,
  });
  const token = await meta.pageToken();
  await meta.sim('POST', 'roles', { person: pat, page: bakery, tasks: ['ANALYZE'] });
  expect((await meta.post(`/${bakery}/feed`, token, { message: 'x' })).body.error).toMatchObject({ code: 200 });
});

test('reading takes the permissions for it', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.login({ permissions: ['pages_show_list', 'pages_read_engagement'] });
  expect((await meta.get(`/${bakery}/feed`, token)).body.error).toMatchObject({ code: 10 });
  expect((await meta.get(`/${post}`, token)).status).toBe(200);
  await meta.login({ permissions: ['pages_show_list'] });
  expect((await meta.get(`/${post}`, token)).body.error).toMatchObject({ code: 10 });
});

test('the token of one Page sees nothing of another', async () => {
  await using meta = await simulated();
  const [own, other] = [await meta.pageToken(), await meta.pageToken(pottery)];
  const post = await meta.draft(own);
  const unseen = { code: 100, error_subcode: 33 };
  expect((await meta.get(`/${bakery}`, other)).body.error).toMatchObject(unseen);
  expect((await meta.get(`/${post}`, other)).body.error).toMatchObject(unseen);
  expect((await meta.publish(post, other)).body.error).toMatchObject(unseen);
  expect((await meta.delete(`/${post}`, other)).body.error).toMatchObject(unseen);
  expect((await meta.post(`/${bakery}/feed`, other, { message: 'x' })).body.error).toMatchObject(unseen);
});

test('webhooks of a Page are subscribed, listed and unsubscribed by the Page itself', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const edge = `/${bakery}/subscribed_apps`;
  expect((await meta.get(edge, token)).body).toEqual({ data: [] });
  expect((await meta.post(edge, token)).body.error).toMatchObject({ code: 100 });
  expect((await meta.post(edge, token, { subscribed_fields: 'nonsense' })).body.error).toMatchObject({ code: 100 });
  expect((await meta.post(edge, token, { subscribed_fields: 'feed,messages' })).body.error).toMatchObject({
    code: 200,
  });
  expect((await meta.post(edge, token, { subscribed_fields: 'feed,mention' })).body).toEqual({ success: true });
  expect((await meta.get(edge, token)).body.data[0].subscribed_fields).toEqual(['feed', 'mention']);
  expect((await meta.delete(edge, token)).body).toEqual({ success: true });
  expect((await meta.get(edge, token)).body).toEqual({ data: [] });
  expect((await meta.post(edge, await meta.login(), { subscribed_fields: 'feed' })).body.error).toMatchObject({
    code: 210,
  });
});
