import { describe, expect, test } from 'vitest';
import type { Options } from '../../meta/rules/options.ts';
import { clip, flaws, type Given, notes, photo, places, withAlt } from './content.ts';

const reel: Given = { on: 'instagram', kind: 'reel', media: withAlt([clip]) };
const image: Given = { on: 'instagram', media: withAlt([photo]) };
const carousel: Given = { on: 'instagram', media: withAlt([photo, clip]) };
const storyOf = (file: typeof photo): Given => ({ on: 'instagram', kind: 'story', media: withAlt([file]) });

test('what Meta has no form for is refused with what to do', () => {
  expect(flaws({ on: 'instagram', media: withAlt([clip]) })).toEqual([
    { at: '/kind', words: 'On Instagram a single video is a reel. Use the kind "reel".' },
  ]);
  expect(places({ on: 'instagram', text: 'x' })).toEqual(['/media']);
  expect(flaws({ media: withAlt([photo, clip]) })[0]?.words).toContain('photos or one video, not both');
  expect(places({ kind: 'reel', text: 'x' })).toEqual(['/media']);
  expect(places({ kind: 'story', media: withAlt([photo, photo]) })).toEqual(['/media']);
});

test('what has nothing in it is refused; a link or a photo is something', () => {
  expect([places({}), places({ text: ' \n' })]).toEqual([[''], ['']]);
  expect([places({ link: 'https://example.test' }), places({ media: withAlt([photo]) })]).toEqual([[], []]);
});

test('a link and photos do not go together', () => {
  expect(places({ link: 'https://example.test', media: withAlt([photo]) })).toEqual(['/link']);
});

test('what a form has no place for is left out, and it is said', () => {
  const shared = { text: 'x', link: 'https://example.test', media: withAlt([photo], 'A door') };
  const story = { ...shared, kind: 'story' as const };
  expect(flaws(story)).toEqual([]);
  expect(notes(story).map(({ at }) => at)).toEqual(['/text', '/link', '/media/0/altText']);
  expect(notes({ ...shared, on: 'instagram' }).map(({ at }) => at)).toEqual(['/link']);
});

test('a video has no alt text anywhere', () => {
  expect(places({ ...reel, media: withAlt([clip], 'A door') })).toEqual(['/media/0/altText']);
});

describe('options', () => {
  const at = (given: Given, options: Options) => places({ ...given, options });

  const noneOfStories = [
    ['coverOffsetMs', 1],
    ['coverMedia', 'an id'],
    ['shareToFeed', false],
    ['collaborators', ['one']],
    ['locationId', '1'],
  ] as const;

  test.each([...noneOfStories, ['userTags', [{ username: 'one' }]]] as const)('a Page takes no %s', (name, value) => {
    expect(at({ text: 'x' }, { [name]: value })).toEqual([`/options/${name}`]);
    expect(flaws({ text: 'x', options: { [name]: value } })[0]?.words).toMatch(
      /^A post on a Page takes no .* Leave it out\.$/,
    );
  });

  test.each(noneOfStories)('a story on Instagram takes no %s', (name, value) => {
    expect(at(storyOf(photo), { [name]: value })).toEqual([`/options/${name}`]);
  });

  test('the cover from the video lies within it', () => {
    expect(at(reel, { coverOffsetMs: 30_000 })).toEqual([]);
    expect(at(reel, { coverOffsetMs: 30_001 })).toEqual(['/options/coverOffsetMs']);
  });

  test('a cover of its own is a photo that is there, and the only cover', () => {
    const own = (cover: Given['cover'], more: Options = {}) =>
      places({ ...reel, cover, options: { coverMedia: 'id', ...more } });
    expect(own(photo)).toEqual([]);
    expect([own(undefined), own(clip), own({ ...photo, contentType: 'image/gif', frames: 2 })]).toEqual(
      Array(3).fill(['/options/coverMedia']),
    );
    expect(own(photo, { coverOffsetMs: 1 })).toEqual(['/options/coverOffsetMs']);
    expect(
      notes({ ...reel, cover: { ...photo, contentType: 'image/png' }, options: { coverMedia: 'id' } })[0]?.at,
    ).toBe('/options/coverMedia');
  });

  test('three collaborators, each once, by their names', () => {
    expect(at(image, { collaborators: ['one', 'two.x', 'three_'] })).toEqual([]);
    for (const wrong of [['a', 'b', 'c', 'd'], ['a', 'a'], ['@a'], [''], ['x'.repeat(31)]])
      expect(at(image, { collaborators: wrong })).toEqual(['/options/collaborators']);
  });

  test('twenty tagged people, on photos with a place and on a reel without one', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ username: `u${n}`, x: 0, y: 1 }));
    expect(at(image, { userTags: tags(20) })).toEqual([]);
    expect(at(image, { userTags: tags(21) })).toEqual(['/options/userTags']);
    expect(at(reel, { userTags: [{ username: 'one' }] })).toEqual([]);
    expect(at(reel, { userTags: tags(1) })).toEqual(['/options/userTags']);
    for (const wrong of [{ x: 0.5 }, { x: 1.01, y: 0 }, { x: 0, y: -0.01 }, {}, { x: 0, y: 0, position: 1 }])
      expect(at(image, { userTags: [{ username: 'one', ...wrong }] })).toEqual(['/options/userTags']);
  });

  test.each([
    ['photo', photo],
    ['video', clip],
  ])('in a story of a %s people are tagged with a place or without one, not with half of one', (_, file) => {
    const tagged = (place: object) => at(storyOf(file), { userTags: [{ username: 'one', ...place }] });
    for (const right of [{}, { x: 0, y: 1 }, { x: 0.5, y: 0.5, position: 0 }]) expect(tagged(right)).toEqual([]);
    for (const wrong of [{ x: 0.5 }, { y: 0.5 }, { x: 1.01, y: 0 }, { x: 0, y: -0.01 }, { position: 1 }])
      expect(tagged(wrong)).toEqual(['/options/userTags']);
  });

  test('in a carousel people are tagged on the photos', () => {
    expect(at(carousel, { userTags: [{ username: 'one', x: 0, y: 0, position: 0 }] })).toEqual([]);
    expect(at(carousel, { userTags: [{ username: 'one', position: 1 }] })).toEqual(['/options/userTags']);
  });

  test('a place is the id of a Page', () => {
    expect([at(image, { locationId: '123' }), at(image, { locationId: 'Berlin' })]).toEqual([
      [],
      ['/options/locationId'],
    ]);
  });
});
