import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countHashtags, countMentions } from '../../meta/rules/text.ts';
import { clip, flaws, type Given, photo, places, withAlt } from './content.ts';

const page: Given = { text: '' };
const instagram: Given = { on: 'instagram', media: withAlt([photo]) };
const reel: Given = { on: 'instagram', kind: 'reel', media: withAlt([clip]) };

type Limit = [string, Given, number];
const lengths: Limit[] = [
  ['a post on a Page', page, 63_206],
  ['a photo on Instagram', instagram, 2_200],
  ['a carousel on Instagram', { ...instagram, media: withAlt([photo, photo]) }, 2_200],
  ['a reel on Instagram', reel, 2_200],
];

test.each(lengths)('the text of %s may be as long as Meta says, and not longer by one', (_name, given, max) => {
  expect(places({ ...given, text: 'x'.repeat(max) })).toEqual([]);
  expect(places({ ...given, text: 'x'.repeat(max + 1) })).toEqual(['/text']);
  // Two to UTF-16, one to Unicode: by whichever of the two Meta counts, it is not too long.
  expect(places({ ...given, text: `${'x'.repeat(max - 2)}🥐` })).toEqual([]);
  expect(places({ ...given, text: `${'x'.repeat(max - 1)}🥐` })).toEqual(['/text']);
});

const marks: [string, string, number][] = [
  ['hashtags', '#bread ', 30],
  ['mentions', '@baker ', 20],
];

describe.each(marks)('%s', (_name, mark, max) => {
  test.each([
    ['a photo', instagram],
    ['a reel', reel],
  ])('on %s on Instagram there may be as many as Meta says', (_kind, given) => {
    expect(places({ ...given, text: mark.repeat(max) })).toEqual([]);
    expect(places({ ...given, text: mark.repeat(max + 1) })).toEqual(['/text']);
  });

  test('in a first comment on Instagram just as many', () => {
    expect(places({ ...instagram, firstComment: mark.repeat(max) })).toEqual([]);
    expect(places({ ...instagram, firstComment: mark.repeat(max + 1) })).toEqual(['/firstComment']);
  });

  test('on a Page they are not counted', () => {
    expect(places({ ...page, text: mark.repeat(max + 1) })).toEqual([]);
  });
});

test('what is counted as a hashtag or a mention', () => {
  expect(countHashtags('#one #zwei_2 #三 #café＃both#together # not')).toBe(6);
  expect(countMentions('@one, (@two.x) and@three info@example.com @ @四')).toBe(2);
});

test('however hashtags are strung together, each is counted', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_éß三]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word), fc.constantFrom(' ', '', '\n', ', '), (words, between) => {
      expect(countHashtags(words.map((each) => `#${each}`).join(between))).toBe(words.length);
    }),
  );
});

test('a first comment is as long as a comment may be, and not empty', () => {
  expect(places({ text: 'x', firstComment: 'y'.repeat(8_000) })).toEqual([]);
  expect(places({ text: 'x', firstComment: 'y'.repeat(8_001) })).toEqual(['/firstComment']);
  expect(places({ ...instagram, firstComment: 'y'.repeat(2_200) })).toEqual([]);
  expect(places({ ...instagram, firstComment: 'y'.repeat(2_201) })).toEqual(['/firstComment']);
  expect(places({ text: 'x', firstComment: ' \n' })).toEqual(['/firstComment']);
});

test.each([
  ['facebook', 'story', photo],
  ['instagram', 'story', photo],
  ['facebook', 'story', clip],
] as const)('on %s a %s takes no first comment', (on, kind, file) => {
  expect(places({ on, kind, media: withAlt([file]), firstComment: 'x' })).toEqual(['/firstComment']);
});

test.each(['facebook', 'instagram'] as const)('on %s an alt text may have 1,000 characters', (on) => {
  expect(places({ on, media: withAlt([photo], 'x'.repeat(1_000)) })).toEqual([]);
  expect(places({ on, media: withAlt([photo], 'x'.repeat(1_001)) })).toEqual(['/media/0/altText']);
});

test('the sentence says what is allowed, what there is, and what to do', () => {
  expect(flaws({ ...instagram, text: '#bread '.repeat(33) })[0]?.words).toBe(
    'A photo on Instagram has at most 30 hashtags; this has 33. Take 3 out.',
  );
});
