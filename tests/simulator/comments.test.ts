import { expect, test } from 'vitest';
import { jpeg, mediaServer } from './contents.ts';
import { withInstagram } from './instagram.ts';
import { ninePermissions, simulated } from './simulated.ts';

test('the Page comments on its own post, once it is published', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  const comment = () => meta.post(`/${post}/comments`, token, { message: 'Recipe in the shop' });
  expect((await comment()).body.error).toMatchObject({ code: 100 });
  await meta.publish(post, token);
  const { id } = (await comment()).body;
  expect(id).toMatch(new RegExp(`^${post.split('_')[1]}_\\d+$`));
  const { data } = (await meta.get(`/${post}/comments`, token, { fields: 'id,message,from' })).body;
  expect(data).toEqual([{ id, message: 'Recipe in the shop', from: { id: post.split('_')[0] } }]);
  expect((await meta.truth()).comments).toMatchObject([
    { id, object: post, message: 'Recipe in the shop', deletedAt: null },
  ]);
  expect((await meta.delete(`/${id}`, token)).body).toEqual({ success: true });
  expect((await meta.get(`/${post}/comments`, token)).body.data).toEqual([]);
});

test.for([
  ['duplicate', 2, {}],
  ['error', 1, { code: 506 }],
] as const)('the same comment again can be answered by %s, and the truth has %i', async ([how, count, error]) => {
  await using meta = await simulated();
  await meta.switch({ commentAgain: how });
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.publish(post, token);
  const comment = () => meta.post(`/${post}/comments`, token, { message: 'First' });
  await comment();
  expect((await comment()).body.error ?? {}).toMatchObject(error);
  expect((await meta.truth()).comments).toHaveLength(count);
});

test('nobody comments as the Page without the permission for it', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.publish(post, token);
  await meta.login({ permissions: ninePermissions.filter((name) => name !== 'pages_manage_engagement') });
  expect((await meta.post(`/${post}/comments`, token, { message: 'x' })).body.error).toMatchObject({ code: 200 });
});

test('the account comments on its own media, with the permission for it', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const { id } = (await meta.commit(await meta.ready({ image_url: server.url('a.jpg') }))).body;
  const comment = () => meta.post(`/${id}/comments`, meta.token, { message: '#bread' });
  const made = (await comment()).body;
  const { data } = (await meta.get(`/${id}/comments`, meta.token, { fields: 'id,text,username' })).body;
  expect(data).toEqual([{ id: made.id, text: '#bread', username: 'harbourbakery' }]);
  expect((await meta.get(`/${id}`, meta.token, { fields: 'comments_count' })).body.comments_count).toBe(1);
  await meta.leave(ninePermissions);
  expect((await comment()).body.error).toMatchObject({ code: 10 });
  expect((await meta.get(`/${id}/comments`, meta.token)).body.error).toMatchObject({ code: 10 });
});

test('media of the feed can be deleted, its caption cannot be changed', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() } });
  const { id } = (await meta.commit(await meta.ready({ image_url: server.url('a.jpg') }))).body;
  const story = (await meta.commit(await meta.ready({ media_type: 'STORIES', image_url: server.url('a.jpg') }))).body
    .id;
  expect((await meta.post(`/${id}`, meta.token, { caption: 'New' })).body.error).toMatchObject({ code: 100 });
  expect((await meta.delete(`/${story}`, meta.token)).body.error).toMatchObject({ code: -1, error_subcode: 2_207_073 });
  expect((await meta.delete(`/${id}`, meta.token)).body).toEqual({ success: true });
  expect((await meta.get(`/${id}`, meta.token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  await meta.switch({ deletableMedia: 'all' });
  expect((await meta.delete(`/${story}`, meta.token)).body).toEqual({ success: true });
  expect(await meta.liveMedia()).toEqual([]);
  await meta.leave(ninePermissions);
  const third = (await meta.commit(await meta.ready({ image_url: server.url('a.jpg') }))).body.id;
  expect((await meta.delete(`/${third}`, meta.token)).body.error).toMatchObject({ code: 10 });
});

test('a draft with the words of the latest post can be refused, or be published all the same', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [first, second] = [await meta.draft(token, 'Bread'), await meta.draft(token, 'Bread')];
  await meta.publish(first, token);
  await meta.switch({ duplicateDraft: 'error' });
  expect((await meta.publish(second, token)).body.error).toMatchObject({ code: 506 });
  expect(await meta.live()).toHaveLength(1);
  await meta.switch({ duplicateDraft: 'published' });
  expect((await meta.publish(second, token)).status).toBe(200);
});
