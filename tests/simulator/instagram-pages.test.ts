import { expect, test } from 'vitest';
import { jpeg, mediaServer, mp4 } from './contents.ts';
import { withFilm } from './film.ts';
import { withInstagram } from './instagram.ts';
import { bakery, bakeryInstagram } from './simulated.ts';

test('an account shows what is live: media with captions and comments, stories, and what is no more not', async () => {
  await using meta = await withInstagram();
  await using server = await mediaServer({ 'a.jpg': { bytes: jpeg() }, 'a.mp4': { bytes: mp4(), type: 'video/mp4' } });
  const [image, video] = [{ image_url: server.url('a.jpg') }, { video_url: server.url('a.mp4') }];
  const published = async (form: Record<string, string>) => (await meta.commit(await meta.ready(form))).body.id;
  const first = await published({ ...image, caption: 'A door', alt_text: 'A green door' });
  await published({ ...video, media_type: 'REELS', caption: 'A film' });
  await published({ ...image, media_type: 'STORIES' });
  await meta.ready({ ...image, caption: 'Not published' });
  const gone = await published({ ...image, caption: 'Soon gone' });
  await meta.delete(`/${gone}`, meta.token);
  await meta.post(`/${first}/comments`, meta.token, { message: 'The first comment' });
  const { body } = await meta.get(`/instagram/${bakeryInstagram}`);
  for (const words of ['@harbourbakery', 'alt="A green door"', 'The first comment', '<video', 'Stories'])
    expect(body).toContain(words);
  expect(body.match(/A door|A film/g)).toEqual(['A film', 'A door']);
  expect(body).not.toMatch(/Not published|Soon gone/);
  for (const { permalink } of await meta.liveMedia()) {
    const page = await meta.get(permalink);
    expect(page.status).toBe(200);
    expect(page.body).toContain('/files/');
  }
  expect((await meta.get(`/pages/${bakery}`)).body).toContain(`href="/instagram/${bakeryInstagram}"`);
});

test('a Page shows its reels and stories, each at its own address too', async () => {
  await using meta = await withFilm();
  const [reel, story] = [await meta.uploaded('video_reels'), await meta.uploaded('video_stories')];
  await meta.finish('video_reels', reel, { description: 'Through the oven door' });
  await meta.finish('video_stories', story);
  await meta.toPage('photo_stories', { photo_id: await meta.photo(meta.token) });
  const { body } = await meta.get(`/pages/${bakery}`);
  expect(body.match(/<video/g)).toHaveLength(2);
  expect(body).toContain('Through the oven door');
  expect(body.match(/<figure>/g)).toHaveLength(2);
  for (const { permalink } of await meta.live()) expect((await meta.get(permalink)).status).toBe(200);
});

test('a content is given whole or in parts', async () => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_reels');
  const { source } = (await meta.get(`/${video}`, meta.token, { fields: 'source' })).body;
  const part = await fetch(source, { headers: { range: 'bytes=4-7' } });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
    206,
    'bytes 4-7/100000',
    'ftyp',
  ]);
  const rest = await fetch(source, { headers: { range: 'bytes=99990-' } });
  expect((await rest.arrayBuffer()).byteLength).toBe(10);
  expect((await (await fetch(source)).arrayBuffer()).byteLength).toBe(100_000);
});

test('what nobody published has no page', async () => {
  await using meta = await withFilm();
  const video = await meta.uploaded('video_reels');
  for (const path of [
    `/reel/${video}/`,
    '/p/nothing/',
    '/stories/x/1',
    '/instagram/1',
    '/instagram/1/picture.svg',
    '/files/..%2fx',
  ])
    expect((await meta.get(path)).status).toBe(404);
});
