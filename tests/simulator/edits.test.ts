import { expect, test } from 'vitest';
import { withFilm } from './film.ts';
import { bakery, ninePermissions, pottery, simulated } from './simulated.ts';

test('new words leave a published post as public as it was, and are read where they are written', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token);
  await meta.publish(post, token);
  const [before] = await meta.live();
  expect((await meta.post(`/${post}`, token, { message: 'Stale bread' })).body).toEqual({ success: true });
  expect((await meta.post(`/${post}`, token, { message: 'Stale bread' })).body).toEqual({ success: true });
  expect(await meta.live()).toEqual([{ ...before, message: 'Stale bread' }]);
  const read = await meta.get(`/${post}`, token, { fields: 'message,is_published,permalink_url' });
  expect(read.body).toMatchObject({ message: 'Stale bread', is_published: true, permalink_url: before.permalink });
});

test('reads show the new words of a post and of a video as late as everything else', async () => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_reels');
  await meta.finish('video_reels', video, { description: 'Bread' });
  const { post_id: post } = await meta.read(video);
  await meta.switch({ readDelayMs: 60_000 });
  await meta.passTime(60_000);
  await meta.post(`/${video}`, meta.token, { description: 'Cake' });
  const seen = async () => [
    (await meta.get(`/${video}`, meta.token, { fields: 'description' })).body.description,
    (await meta.get(`/${post}`, meta.token, { fields: 'message' })).body.message,
  ];
  expect(await seen()).toEqual(['Bread', 'Bread']);
  await meta.passTime(120_000);
  expect(await seen()).toEqual(['Cake', 'Cake']);
});

test('the description of a video is what its post says, whichever of the two is edited', async () => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_reels');
  await meta.finish('video_reels', video, { description: 'Bread' });
  const { post_id: post } = await meta.read(video);
  for (const [path, name, words] of [
    [video, 'description', 'Cake'],
    [post, 'message', 'Rolls'],
  ]) {
    expect((await meta.post(`/${path}`, meta.token, { [name]: words })).body).toEqual({ success: true });
    expect(await meta.live()).toMatchObject([{ id: post, message: words, publications: 1 }]);
    expect((await meta.truth()).videos).toMatchObject([{ description: words, publications: 1 }]);
  }
});

test('what nobody may edit is refused and stays as it was', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const { id: byHand } = (await meta.sim('POST', `pages/${bakery}/drafts`, { message: 'By hand' })).body;
  await meta.sim('POST', `posts/${byHand}/publish`);
  const own = await meta.draft(token);
  await meta.publish(own, token);
  const change = async (id: string, by: string, words: Record<string, string> = { message: 'New' }) =>
    (await meta.post(`/${id}`, by, words)).body.error;
  expect(await change(byHand, token)).toMatchObject({ code: 200 });
  expect(await change(own, token, {})).toMatchObject({ code: 100 });
  expect(await change(own, token, { message: 'x'.repeat(63_207) })).toMatchObject({ code: 100 });
  expect(await change(own, await meta.pageToken(pottery))).toMatchObject({ code: expect.any(Number) });
  const permissions = ninePermissions.filter((name) => name !== 'pages_manage_posts');
  await meta.decide({ permissions });
  expect(await change(own, token)).toMatchObject({ code: 200 });
  expect((await meta.live()).map(({ message }: { message: string }) => message).sort()).toEqual([
    'By hand',
    'Fresh bread',
  ]);
});
