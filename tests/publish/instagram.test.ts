import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../../deploy/local/demo/picture.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { film } from './films.ts';
import { Page } from './page.ts';

const factor = 0.05;
let stack: Stack;
let account: Page;
beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: String(factor) } });
  account = await Page.connect(stack, undefined, 'instagram');
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

interface Media {
  id: string;
  caption: string | null;
  mediaType: string;
  productType: string;
  media: { sha256: string; altText: string | null; type: string }[];
  options: Record<string, unknown>;
}

let seed = 0;
/** A PNG, which Instagram does not take as it is. */
const photo = () => account.uploadFile(picture(seed++, 800, 800));
const video = () => account.uploadFile(film('upright'));

const kinds = {
  image: { kind: 'feed', files: () => Promise.all([photo()]) },
  carousel: { kind: 'feed', files: async () => [await photo(), await video(), await photo()] },
  reel: { kind: 'reel', files: () => Promise.all([video()]) },
  'story of an image': { kind: 'story', files: () => Promise.all([photo()]), silent: true },
  'story of a video': { kind: 'story', files: () => Promise.all([video()]), silent: true },
} as const;
type Kind = { kind: string; files: () => Promise<string[]>; silent?: boolean };

const schedule = async ({ kind, files, silent }: Kind, more: Record<string, unknown> = {}) =>
  account.schedule({
    ...{ kind, media: (await files()).map((id) => ({ id })), ...(silent ? { text: null } : {}) },
    ...more,
  });

const published = async () => (await stack.simulator.truth<{ media: Media[] }>()).media;

describe.each(Object.entries(kinds))('a %s', (_name, kind) => {
  test('is published once, and has an address', async () => {
    const before = await published();
    const post = await schedule(kind);
    await account.becomes(post, 'published');
    const [media, ...others] = (await published()).slice(before.length);
    expect(others).toEqual([]);
    expect(media?.caption ?? 'null').toBe(post.text);
    const address = await eventually(async () => (await account.target(post)).permalink, { what: 'the address' });
    expect((await fetch(address)).status, address).toBe(200);
  });

  test.each([
    { then: 'dropAnswer' },
    { then: 'errorButDone' },
    { then: 'badRequestButDone' },
    { then: 'badRequestButDone', code: 9007, subcode: 2207027 },
    { then: 'resetBefore' },
  ])('is published once, and known, when $then is what its commit meets', async (fault) => {
    const before = await published();
    await stack.simulator.fault({ call: 'publishContainer', ...fault });
    const post = await schedule(kind);
    await account.becomes(post, 'published');
    const [media, ...others] = (await published()).slice(before.length);
    expect(others).toEqual([]);
    await eventually(async () => (await account.target(post)).permalink, { what: 'the address' });
    expect(media).toBeDefined();
  });
});
