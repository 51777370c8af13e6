import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

test.concurrent('a reel goes to Instagram with everything that was chosen, its cover as a JPEG', async () => {
  const account = await Account.open(stack, 'instagram');
  const [video, cover] = [await account.film(), await account.photo()];
  const options = {
    coverMedia: cover,
    shareToFeed: false,
    collaborators: ['anna', 'ben'],
    locationId: '61550000000000001',
    userTags: [{ username: 'clara' }],
  };
  const post = await account.schedule('reel', [video], {
    text: 'For everybody',
    targets: [{ account: account.page.account, kind: 'reel', text: 'For Instagram', options }],
  });
  await account.published(post);
  const [media] = (await account.truth()).media;
  expect(media?.caption).toBe('For Instagram');
  expect(media?.options).toMatchObject({
    share_to_feed: false,
    collaborators: ['anna', 'ben'],
    location_id: '61550000000000001',
    user_tags: [{ username: 'clara' }],
  });
  const bytes = Buffer.from(await (await fetch(String(media?.options.cover_url))).arrayBuffer());
  expect((await sharp(bytes).metadata()).format).toBe('jpeg');
  expect(media?.media[0]?.coverSha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test.concurrent('a moment of the video is the cover of a reel', async () => {
  const account = await Account.open(stack, 'instagram');
  const targets = [{ account: account.page.account, kind: 'reel', options: { coverOffsetMs: 1_500 } }];
  await account.published(await account.schedule('reel', [await account.film()], { targets }));
  expect((await account.truth()).media[0]?.options).toEqual({ thumb_offset: 1_500 });
});

test.concurrent('images of a carousel go with their own alternative texts and tags', async () => {
  const account = await Account.open(stack, 'instagram');
  const [one, two] = [await account.photo(), await account.photo()];
  const options = { userTags: [{ username: 'dora', x: 0.25, y: 0.75, position: 1 }], collaborators: ['emil'] };
  const post = await account.schedule('feed', [], {
    media: [
      { id: two, altText: 'The second' },
      { id: one, altText: 'The first' },
    ],
    targets: [{ account: account.page.account, kind: 'feed', options }],
  });
  await account.published(post);
  const { media, containers } = await account.truth();
  expect(media[0]?.media.map(({ altText }) => altText)).toEqual(['The second', 'The first']);
  const [carousel] = containers.filter(({ mediaType }) => mediaType === 'CAROUSEL');
  expect(carousel?.options).toEqual({ collaborators: ['emil'] });
  const children = carousel?.children.map((id) => containers.find((one) => one.id === id)?.options);
  expect(children).toEqual([{}, { user_tags: [{ username: 'dora', x: 0.25, y: 0.75 }] }]);
});

test.concurrent.each([
  ['an album of ten photos on a Page', 'facebook'],
  ['a carousel of ten photos on Instagram', 'instagram'],
] as const)('%s is published once, with all ten in their order', async (_, platform) => {
  const account = await Account.open(stack, platform);
  const altTexts = Array.from({ length: 10 }, (_, place) => `Photo ${place}`);
  const media: { id: string; altText: string }[] = [];
  // One after the other: of all that comes in here at once the API takes 16 files of a tenant.
  for (const altText of altTexts) media.push({ id: await account.photo(), altText });
  await account.published(await account.schedule('feed', [], { media }));
  expect(await account.publications()).toBe(1);
  const { posts, media: onInstagram } = await account.truth();
  const [published] = [...posts, ...onInstagram];
  expect(published?.media.map(({ altText }) => altText)).toEqual(altTexts);
  expect(new Set(published?.media.map(({ sha256 }) => sha256)).size).toBe(10);
});

test.concurrent('an image goes to Instagram with its alternative text, tags and place', async () => {
  const account = await Account.open(stack, 'instagram');
  const options = { userTags: [{ username: 'dora', x: 0.5, y: 0.5 }], locationId: '61550000000000002' };
  const post = await account.schedule('feed', [], {
    media: [{ id: await account.photo(), altText: 'A door' }],
    targets: [{ account: account.page.account, kind: 'feed', options }],
  });
  await account.published(post);
  const [media] = (await account.truth()).media;
  expect(media?.media[0]?.altText).toBe('A door');
  expect(media?.options).toEqual({
    user_tags: [{ username: 'dora', x: 0.5, y: 0.5 }],
    location_id: '61550000000000002',
  });
});

test.concurrent.each(['photo', 'film'] as const)(
  'a story of a %s mentions people, with a place where one was given',
  async (of) => {
    const account = await Account.open(stack, 'instagram');
    const userTags = [{ username: 'dora', x: 0.25, y: 0.75 }, { username: 'emil' }];
    const targets = [{ account: account.page.account, kind: 'story', options: { userTags } }];
    await account.published(await account.schedule('story', [await account[of]()], { targets }));
    expect((await account.truth()).media.map(({ options }) => options)).toEqual([{ user_tags: userTags }]);
  },
);

test.concurrent.each([
  ['reel', 'upright'],
  ['feed', 'wide'],
] as const)(
  'below a video in the %s of a Page the first comment is written once, with its own text',
  async (kind, shape) => {
    const account = await Account.open(stack, 'facebook');
    const targets = [{ account: account.page.account, kind, text: 'Its own words', firstComment: 'First!' }];
    const post = await account.schedule(kind, [await account.film(shape)], { targets });
    await account.published(post);
    await eventually(async () => (await account.page.steps(post, 'comment')).includes('done'), {
      what: 'the comment',
    });
    const { posts, comments } = await account.truth();
    expect(posts.map(({ message }) => message)).toEqual(['Its own words']);
    expect(comments).toMatchObject([{ object: posts[0]?.id, message: 'First!' }]);
  },
);

test.concurrent('without the permission for comments an Instagram post is published, and says what is missing', async () => {
  const account = await Account.open(stack, 'instagram');
  const targets = [{ account: account.page.account, kind: 'feed', firstComment: 'First!' }];
  const post = await account.schedule('feed', [await account.photo()], { targets });
  await account.published(post);
  const said = await eventually(async () => (await account.page.target(post)).reason, {
    what: 'words about the comment',
  });
  expect(said).toMatch(/first comment was not written.*Connect again/);
  expect((await account.page.target(post)).state).toBe('published');
  expect((await account.truth()).comments).toEqual([]);
});
