import { request } from 'node:http';
import { expect, test } from 'vitest';
import { bakery, pat, picture, pottery, simulated } from './simulated.ts';

test('the first page names people and Pages, and leads to each Page', async () => {
  await using meta = await simulated();
  const { body } = await meta.get('/');
  for (const words of ['Pat Example', 'Harbour Bakery', 'Example Pottery', `href="/pages/${bakery}"`])
    expect(body).toContain(words);
});

test('a Page shows what is live, newest first, with its photos, and no draft', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const [first, second] = [await meta.draft(token, 'drafted first'), await meta.draft(token, 'drafted second')];
  await meta.draft(token, 'never published');
  await meta.publish(second, token);
  await meta.publish(first, token);
  const photo = (await meta.upload(token, picture(), { caption: 'A door', alt_text_custom: 'A green door' })).body.id;
  const { body } = await meta.get(`/pages/${bakery}`);
  expect(body.match(/drafted \w+|A door/g)).toEqual(['A door', 'drafted first', 'drafted second']);
  expect(body).toContain(`<img src="/photos/${photo}/image" alt="A green door"`);
  expect(body).not.toContain('never published');
  expect((await meta.get(`/photos/${photo}/image`)).headers.get('content-type')).toBe('image/png');
  expect((await meta.get(`/pages/${pottery}`)).body).toContain('Nothing is published yet');
});

test('a permalink shows the post once it is published', async () => {
  await using meta = await simulated();
  const token = await meta.pageToken();
  const post = await meta.draft(token, 'Fresh bread');
  const { permalink_url } = (await meta.get(`/${post}`, token, { fields: 'permalink_url' })).body;
  expect((await meta.get(permalink_url)).status).toBe(404);
  await meta.publish(post, token);
  expect((await meta.get(permalink_url)).body).toContain('Fresh bread');
});

test('nothing that anybody writes becomes HTML', async () => {
  await using meta = await simulated();
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  const { body: page } = await meta.sim('POST', 'pages', {
    name: evil,
    about: evil,
    category: evil,
    people: [{ id: pat }],
  });
  const token = await meta.pageToken(page.id);
  await meta.post(`/${page.id}/feed`, token, {
    message: evil,
    link: 'https://example.com/?"><script>alert(1)</script>',
  });
  await meta.upload(token, picture(), { caption: evil, alt_text_custom: evil }, page.id);
  for (const path of [
    '/',
    `/pages/${page.id}`,
    `/pages/${page.id}/picture.svg`,
    meta.dialog(),
    meta.dialog({ state: evil }),
    meta.dialog({ scope: evil }),
  ]) {
    const { body, headers } = await meta.get(path);
    expect(body.toString()).not.toMatch(/<script>alert|<img src=x/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

test('what is not there says so', async () => {
  await using meta = await simulated();
  for (const path of [
    '/pages/1',
    '/photos/1/image',
    '/pages/1/picture.svg',
    `/${bakery}/posts/1`,
    '/photos/..%2f..%2fetc%2fpasswd/image',
  ])
    expect((await meta.get(path)).status).toBe(404);
});

test('a name of somebody else that leads to this machine is refused, and so is another site', async () => {
  await using meta = await simulated();
  const status = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      request(`${meta.url}/sim/reset`, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
  expect(await status({ host: 'evil.example' })).toBe(403);
  expect(await status({ host: '127.0.0.1.evil.example:4100' })).toBe(403);
  expect(await status({ origin: 'https://evil.example' })).toBe(403);
  expect(await status({ origin: 'null' })).toBe(403);
  expect(await status({ host: 'localhost:4100', origin: 'http://127.0.0.1:4000' })).toBe(200);
});
