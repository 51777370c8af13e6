import { describe, expect, test } from 'vitest';
import { type Form, formOf, type Kind, type MediaFacts } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';

const image: MediaFacts = { contentType: 'image/jpeg', bytes: 100_000, width: 1_080, height: 1_080 };
const reel: MediaFacts = {
  ...{ contentType: 'video/mp4', bytes: 5_000_000, width: 1_080, height: 1_920 },
  ...{ durationMs: 30_000, frameRate: 30, videoCodec: 'h264' },
};
const wide: MediaFacts = { ...reel, width: 1_920, height: 1_080 };

type Row = [Platform, Kind, string, MediaFacts[], Form | undefined];
const rows: Row[] = [
  ['facebook', 'feed', 'no media', [], 'page-post'],
  ['facebook', 'feed', 'an image', [image], 'page-post'],
  ['facebook', 'feed', 'several images', [image, image], 'page-post'],
  ['facebook', 'feed', 'a video like a reel', [reel], 'page-reel'],
  ['facebook', 'feed', 'a wide video', [wide], 'page-video'],
  ['facebook', 'feed', 'images and videos', [image, reel], undefined],
  ['facebook', 'feed', 'two videos', [reel, reel], undefined],
  ['facebook', 'reel', 'a video', [wide], 'page-reel'],
  ['facebook', 'reel', 'an image', [image], undefined],
  ['facebook', 'reel', 'nothing', [], undefined],
  ['facebook', 'story', 'an image', [image], 'page-photo-story'],
  ['facebook', 'story', 'a video', [reel], 'page-video-story'],
  ['facebook', 'story', 'two images', [image, image], undefined],
  ['instagram', 'feed', 'nothing', [], undefined],
  ['instagram', 'feed', 'an image', [image], 'instagram-image'],
  ['instagram', 'feed', 'a video', [reel], undefined],
  ['instagram', 'feed', 'images and videos', [image, reel], 'instagram-carousel'],
  ['instagram', 'reel', 'a video', [reel], 'instagram-reel'],
  ['instagram', 'reel', 'an image', [image], undefined],
  ['instagram', 'story', 'an image', [image], 'instagram-story'],
  ['instagram', 'story', 'a video', [reel], 'instagram-story'],
  ['instagram', 'story', 'two images', [image, image], undefined],
];

test.each(rows)('%s, %s of %s becomes what the table of kinds says', (platform, kind, _what, media, form) => {
  expect(formOf({ platform, kind, media })).toBe(form);
});

describe('a single video on a Page is a reel just within the limits of a reel', () => {
  const bounds: [keyof MediaFacts, number, number][] = [
    ['durationMs', 3_000, 2_999],
    ['durationMs', 90_000, 90_001],
    ['frameRate', 23.976, 23.4],
    ['frameRate', 60.02, 60.6],
  ];
  test.each(bounds)('%s %d is, %d is not', (measure, inside, outside) => {
    const become = (value: number) =>
      formOf({ platform: 'facebook', kind: 'feed', media: [{ ...reel, [measure]: value }] });
    expect([become(inside), become(outside)]).toEqual(['page-reel', 'page-video']);
  });

  test('540 × 960 is, 522 × 928 is not', () => {
    const become = (width: number, height: number) =>
      formOf({ platform: 'facebook', kind: 'feed', media: [{ ...reel, width, height }] });
    expect([become(540, 960), become(522, 928)]).toEqual(['page-reel', 'page-video']);
  });

  test('what cannot be measured is a video', () => {
    const { durationMs: _, ...unmeasured } = reel;
    expect(formOf({ platform: 'facebook', kind: 'feed', media: [unmeasured] })).toBe('page-video');
  });
});
