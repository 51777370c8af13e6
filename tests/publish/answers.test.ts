import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

test('a text is published at its instant, not before, and its address is known', async () => {
  const post = await page.schedule({ dueInMs: 6_500, link: 'https://example.com/menu' });
  await page.becomes(post, 'published');
  const [truth, ...others] = await page.everMade(post);
  expect(others).toEqual([]);
  expect(truth).toMatchObject({ isPublished: true, publications: 1, link: 'https://example.com/menu' });
  expect(Date.parse(truth?.publishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(post.publishAt ?? ''));
  await eventually(async () => (await page.target(post)).permalink, { what: 'the address of the post' });
});

test('one photo, and several in their order, are published with their alternative texts', async () => {
  const [one, two, three] = [await page.upload(), await page.upload(), await page.upload()];
  const album = await page.schedule({ media: [{ id: three, altText: 'The third' }, { id: one }, { id: two }] });
  const single = await page.schedule({ media: [{ id: two, altText: 'A door' }] });
  await page.becomes(album, 'published');
  await page.becomes(single, 'published');
  const [trueAlbum] = await page.everMade(album);
  const [trueSingle] = await page.everMade(single);
  expect(trueAlbum?.photoIds).toHaveLength(3);
  expect(trueSingle?.photoIds).toHaveLength(1);
  const { photos } = await stack.simulator.truth<{ photos: { id: string }[] }>();
  const first = photos.find(({ id }) => id === trueAlbum?.photoIds[0]);
  expect(JSON.stringify(first)).toContain('The third');
});

const unknown = [
  { then: 'dropAnswer' },
  { then: 'errorButDone' },
  { then: 'badRequestButDone' },
  { then: 'badRequestButDone', code: 368 },
  { then: 'emptyAnswer' },
  { then: 'emptyAnswer', done: false },
  { then: 'noSuccess' },
  { then: 'slow', delayMs: 2_000 },
  { then: 'resetBefore' },
  { then: 'rateLimited', code: 4, regainMinutes: 0 },
  { then: 'refuse', code: 999_999 },
  { then: 'refuse', code: 100, subcode: 33 },
  { then: 'refuse', code: 368, transient: true },
];

test.each(unknown)(
  'a publishing call whose outcome is unknown ($then $code) ends in one publication',
  async (fault) => {
    await stack.simulator.fault({ call: 'publish', times: 1, ...fault });
    const post = await page.schedule();
    await page.becomes(post, 'published');
    expect(await page.publications(post)).toBe(1);
    expect(await page.everMade(post)).toHaveLength(1);
  },
);

test('an answer that is lost again and again still ends in one publication', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer', times: 3 });
  await stack.simulator.fault({ call: 'readPost', then: 'resetBefore', times: 2 });
  const post = await page.schedule();
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('a draft whose answer was lost is never seen by visitors', async () => {
  await stack.simulator.fault({ call: 'createPost', then: 'dropAnswer', times: 1 });
  const post = await page.schedule();
  await page.becomes(post, 'published');
  const made = await page.everMade(post);
  expect(made.filter(({ isPublished }) => isPublished)).toHaveLength(1);
  expect(await page.publications(post)).toBe(1);
});

test('an album whose draft’s answer was lost is published once, with photos that no other draft holds', async () => {
  await stack.simulator.fault({ call: 'createPost', then: 'dropAnswer', times: 1 });
  const post = await page.schedule({ media: [{ id: await page.upload() }, { id: await page.upload() }] });
  await page.becomes(post, 'published');
  const made = await page.everMade(post);
  expect(made).toHaveLength(2);
  expect(made.find(({ isPublished }) => isPublished)?.photoIds).toHaveLength(2);
  expect(await page.publications(post)).toBe(1);
});

test('a photo whose upload was cut is uploaded again, and stands once in the post', async () => {
  await stack.simulator.fault({ call: 'uploadPhoto', then: 'dropAnswer', times: 1 });
  const post = await page.schedule({ media: [{ id: await page.upload() }] });
  await page.becomes(post, 'published');
  expect((await page.everMade(post)).find(({ isPublished }) => isPublished)?.photoIds).toHaveLength(1);
});

test('a refusal by Meta’s rules fails the post with words, and nothing is published', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 1609005, times: 'always' });
  const post = await page.schedule();
  const target = await page.becomes(post, 'failed');
  expect(target.reason).toContain('link');
  expect(await page.publications(post)).toBe(0);
});

test('one answer that calls a living login dead holds nothing: Meta itself is asked', async () => {
  await stack.simulator.fault({ call: 'createPost', then: 'tokenDead', subcode: 460, onlyThisAnswer: true, times: 1 });
  await stack.simulator.fault({ call: 'publish', then: 'tokenDead', subcode: 460, onlyThisAnswer: true, times: 1 });
  const post = await page.schedule();
  await page.becomes(post, 'published');
  expect(await page.publications(post)).toBe(1);
});

test('a draft that somebody deleted by hand is held, never silently made anew', async () => {
  const post = await page.parked({ dueInMs: 8_000 });
  const [draft] = await page.everMade(post);
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 100, subcode: 33, times: 'always' });
  await stack.simulator.fault({ call: 'readPost', then: 'refuse', code: 100, subcode: 33, times: 'always' });
  expect(draft?.isPublished).toBe(false);
  const target = await page.becomes(post, 'held');
  expect(target.reason).toContain('no longer there');
  expect(await page.everMade(post)).toHaveLength(1);
});

test('a login that Meta proves dead holds the post and every other of the account, and says what to do', async () => {
  const later = await page.schedule({ dueInMs: 3_600_000 });
  await stack.simulator.fault({ call: 'createPost', then: 'tokenDead', subcode: 460, times: 1 });
  const post = await page.schedule();
  for (const held of [post, later]) {
    const target = await page.becomes(held, 'held');
    expect(target.reason).toMatch(/connect again/i);
    expect(target.choices).toEqual(['retry', 'cancel']);
    expect(await page.publications(held)).toBe(0);
  }
});

test('a commit that a login dies under is made with the login of somebody else of the tenant', async () => {
  const [second, third] = [await stranger([{ name: 'Shared' }]), await stranger([])];
  const shared = await Page.connect(stack, second);
  await stack.simulator.ask('POST', '/sim/roles', { person: third, page: shared.metaId });
  await Page.connect(stack, third);
  const post = await shared.parked({ dueInMs: 8_000 });
  await stack.simulator.fault({ call: 'publish', then: 'tokenDead', subcode: 467, times: 1 });
  await shared.becomes(post, 'published');
  expect(await shared.publications(post)).toBe(1);
});

/** Somebody new at Meta, with Pages. */
const stranger = async (pages: object[]) =>
  (await stack.simulator.ask<{ id: string }>('POST', '/sim/users', { name: 'Kim', pages })).id;
