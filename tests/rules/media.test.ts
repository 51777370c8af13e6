import { describe, expect, test } from 'vitest';
import type { MediaFacts } from '../../meta/kinds.ts';
import { clip, flaws, type Given, notes, photo, places, withAlt } from './content.ts';

const cases = {
  'a reel on a Page': { kind: 'reel' },
  'a video story on a Page': { kind: 'story' },
  'a video on a Page': { kind: 'feed' },
  'a reel on Instagram': { on: 'instagram', kind: 'reel' },
  'a video story on Instagram': { on: 'instagram', kind: 'story' },
  'a video in a carousel': { on: 'instagram', kind: 'feed' },
} as const satisfies Record<string, Given>;
type Name = keyof typeof cases;

const megabyte = 1_000_000;
const minuteMs = 60_000;

/** Measure, the most or least that passes, and the next that does not. */
type Bound = [keyof MediaFacts, number, number];
const seconds3: Bound = ['durationMs', 3_000, 2_999];
const onPages: Bound[] = [
  ['frameRate', 23.976, 23.4],
  ['frameRate', 60.02, 60.6],
];
const onInstagram: Bound[] = [
  seconds3,
  ['frameRate', 22.976, 22.4],
  ['frameRate', 60.02, 60.6],
  ['width', 1_920, 1_921],
  ['bitRate', 25_000_000, 25_000_001],
  ['audioChannels', 2, 3],
  ['audioSampleRateHz', 48_000, 48_001],
];
const bounds: Record<Name, Bound[]> = {
  'a reel on a Page': [...onPages, seconds3, ['durationMs', 90_000, 90_001]],
  'a video story on a Page': [...onPages, seconds3, ['durationMs', 60_000, 60_001]],
  'a video on a Page': [
    ['durationMs', 240 * minuteMs, 240 * minuteMs + 1],
    ['bytes', 10_000 * megabyte, 10_000 * megabyte + 1],
  ],
  'a reel on Instagram': [
    ...onInstagram,
    ['durationMs', 15 * minuteMs, 15 * minuteMs + 1],
    ['bytes', 300 * megabyte, 300 * megabyte + 1],
  ],
  'a video story on Instagram': [
    ...onInstagram,
    ['durationMs', 60_000, 60_001],
    ['bytes', 100 * megabyte, 100 * megabyte + 1],
  ],
  'a video in a carousel': [
    ...onInstagram,
    ['durationMs', 60_000, 60_001],
    ['bytes', 100 * megabyte, 100 * megabyte + 1],
  ],
};

/** A wide one is a video on a Page whatever else it is. */
const base = (name: Name): MediaFacts =>
  name === 'a video on a Page' ? { ...clip, width: 1_920, height: 1_080 } : clip;
const with1 = (name: Name, change: Partial<MediaFacts>): Given => {
  const file = { ...base(name), ...change };
  return { ...cases[name], media: withAlt(name === 'a video in a carousel' ? [photo, file] : [file]) };
};
const at = (name: Name) => (name === 'a video in a carousel' ? '/media/1' : '/media/0');

describe.each(Object.entries(bounds) as [Name, Bound[]][])('%s', (name, own) => {
  test.each(own)('%s: %d passes, %d does not', (measure, passes, fails) => {
    expect(places(with1(name, { [measure]: passes }))).toEqual([]);
    expect(places(with1(name, { [measure]: fails }))).toEqual([at(name)]);
  });

  test('what could not be read is not held against it', () => {
    const { contentType, bytes, width, height } = base(name);
    const media = withAlt([{ contentType, bytes, width, height }]);
    expect(
      places({ ...cases[name], media: name === 'a video in a carousel' ? [...withAlt([photo]), ...media] : media }),
    ).toEqual([]);
  });

  test('only MP4 and MOV', () => {
    expect(places(with1(name, { contentType: 'video/quicktime' }))).toEqual([]);
    expect(places(with1(name, { contentType: 'video/webm' }))).toEqual([at(name)]);
  });
});

test.each(['a reel on a Page', 'a video story on a Page'] as const)('%s is 9:16 and at least 540 × 960', (name) => {
  const sized = (width: number, height: number) => places(with1(name, { width, height }));
  expect([sized(540, 960), sized(1_080, 1_920), sized(544, 960)]).toEqual([[], [], []]);
  expect(sized(1_080, 1_350)).toEqual(['/media/0']);
  expect(sized(1_920, 1_080)).toEqual(['/media/0']);
  expect(sized(539, 959)).toEqual(['/media/0', '/media/0']);
});

test('codecs are those that each takes, whatever a library calls them', () => {
  expect(places(with1('a reel on a Page', { videoCodec: 'vp9' }))).toEqual([]);
  expect(places(with1('a reel on Instagram', { videoCodec: 'avc' }))).toEqual([]);
  expect(places(with1('a reel on Instagram', { videoCodec: 'vp9' }))).toEqual(['/media/0']);
  expect(places(with1('a reel on Instagram', { audioCodec: 'opus' }))).toEqual(['/media/0']);
});

test('on Instagram the index of a video lies at its beginning; on a Page it may lie anywhere', () => {
  expect(places(with1('a reel on Instagram', { moovFirst: false }))).toEqual(['/media/0']);
  expect(places(with1('a reel on a Page', { moovFirst: false }))).toEqual([]);
});

describe('photos', () => {
  const given = (on: 'facebook' | 'instagram', kind: 'feed' | 'story', change: Partial<MediaFacts>): Given => ({
    ...{ on, kind, media: withAlt([{ ...photo, ...change }]) },
  });

  test.each([
    [1_080, 1_350, 1_349, 'least'],
    [1_910, 1_000, 999, 'most'],
  ])('on Instagram %d × %d passes, and no taller or wider', (width, passes, fails, which) => {
    const turned = which === 'least' ? passes + 1 : fails;
    expect(places(given('instagram', 'feed', { width, height: passes }))).toEqual([]);
    expect(places(given('instagram', 'feed', { width, height: turned }))).toEqual(['/media/0']);
    expect(places(given('instagram', 'story', { width, height: turned }))).toEqual([]);
    expect(places(given('facebook', 'feed', { width, height: turned }))).toEqual([]);
  });

  test.each([
    ['facebook', 4_000_000],
    ['instagram', 8_000_000],
  ] as const)('on %s one of more than %d bytes is converted, and it is said', (on, max) => {
    for (const kind of ['feed', 'story'] as const) {
      expect([places(given(on, kind, { bytes: max })), notes(given(on, kind, { bytes: max }))]).toEqual([[], []]);
      expect(places(given(on, kind, { bytes: max + 1 }))).toEqual([]);
      expect(notes(given(on, kind, { bytes: max + 1 }))).toMatchObject([
        { at: '/media/0', words: expect.stringContaining('converted to JPEG') },
      ]);
    }
  });

  test('a PNG, and one that lies turned, are converted where Meta wants it, and it is said', () => {
    expect(notes(given('instagram', 'feed', { contentType: 'image/png' }))[0]?.words).toBe(
      'This photo will be converted to JPEG for Meta: it is a PNG.',
    );
    expect(notes(given('facebook', 'feed', { contentType: 'image/png' }))).toEqual([]);
    expect(notes(given('facebook', 'feed', { orientation: 6 }))[0]?.words).toContain('lies turned');
    expect(notes(given('facebook', 'feed', { orientation: 1 }))).toEqual([]);
  });

  test('what moves is a flaw where a conversion would leave one picture of it', () => {
    const moving = { frames: 12 };
    const gif = { contentType: 'image/gif', ...moving };
    expect(flaws(given('instagram', 'feed', gif))[0]?.words).toContain('takes JPEG, not GIF');
    expect(places(given('facebook', 'feed', gif))).toEqual([]);
    expect(places(given('facebook', 'feed', { contentType: 'image/webp', ...moving }))).toEqual(['/media/0']);
    expect(places(given('facebook', 'feed', { ...gif, bytes: 4_000_001 }))).toEqual(['/media/0']);
  });

  test('what Meta does not take, and does not move, is converted', () => {
    for (const contentType of ['image/gif', 'image/webp'])
      expect(places(given('instagram', 'feed', { contentType }))).toEqual([]);
    expect(notes(given('facebook', 'feed', { contentType: 'image/webp', transparent: true }))[0]?.words).toBe(
      'This photo will be converted to JPEG for Meta: it is a WebP, and where it is transparent it becomes white.',
    );
  });

  test('an album has 10 at most, a carousel 2 to 10', () => {
    const of = (on: 'facebook' | 'instagram', count: number) =>
      places({ on, media: withAlt(Array(count).fill(photo)) });
    expect([of('facebook', 10), of('facebook', 11)]).toEqual([[], ['/media']]);
    expect([of('instagram', 2), of('instagram', 10), of('instagram', 11)]).toEqual([[], [], ['/media']]);
  });
});

test('the sentence says what is allowed, what there is, and what to do', () => {
  expect(flaws(with1('a reel on a Page', { durationMs: 95_000 }))[0]?.words).toBe(
    'A reel on a Page lasts 3 s to 90 s; this video: 95 s. Cut it and upload it again.',
  );
  expect(flaws({ on: 'instagram', media: withAlt([{ ...photo, height: 2_000 }]) })[0]?.words).toBe(
    'A photo on Instagram is 4:5 to 1.91:1, width by height; this is 1080 × 2000. Crop it and upload it again.',
  );
});
