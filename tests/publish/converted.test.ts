import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

let stack: Stack;
let page: Page;
beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

test('a photo that lies turned, and one of a type that Pages do not take, are published upright and as JPEG', async () => {
  const blank = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'teal' } });
  const files = [
    await blank(60, 30).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    await blank(50, 40).webp().toBuffer(),
    await blank(20, 10).png().toBuffer(),
  ];
  const media: { id: string }[] = [];
  for (const file of files) media.push({ id: (await stack.member.post<{ id: string }>('/v1/media', file)).body.id });
  const post = await page.schedule({ media });
  await page.becomes(post, 'published');
  const { posts, photos } = await stack.simulator.truth<{
    posts: { message: string | null; photoIds: string[] }[];
    photos: { id: string; type: string; width: number; height: number }[];
  }>();
  const published = posts
    .find(({ message }) => message === post.text)
    ?.photoIds.map((id) => photos.find((one) => one.id === id));
  expect(published).toMatchObject([
    { type: 'image/jpeg', width: 30, height: 60 },
    { type: 'image/jpeg', width: 50, height: 40 },
    { type: 'image/png', width: 20, height: 10 },
  ]);
});
