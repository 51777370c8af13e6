import type { Form } from '../kinds.ts';
import type { FormLimits, ImageLimits, Source, TextLimits, VideoLimits } from './limits.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const megabyte = 1_000_000;

const media: Source = {
  document:
    'developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/media: specifications',
  date: '2026-09-11',
};

const text: TextLimits = {
  length: { max: 2_200 },
  hashtags: { max: 30 },
  mentions: { max: 20 },
  source: media,
};

/** The reference gives comments no length of their own; what is longer than a caption is refused with code 100. */
const comment: TextLimits = {
  ...text,
  length: { min: 1, max: 2_200 },
  source: { document: 'exileum/meta-mcp, pull request 251: what a peer checks in production', date: '2026-05-22' },
};

const altText: TextLimits = { length: { max: 1_000 }, source: media };

const image: ImageLimits = {
  contentTypes: ['image/jpeg'],
  bytes: { max: 8 * megabyte },
  ratio: { min: 4 / 5, max: 1.91 },
  source: media,
};

/** Of a story only a recommendation: what is not 9:16 is cropped or gets bars. */
const { ratio: _, ...storyImage } = image;

/** The picture on a reel before it plays. */
export const coverImage: ImageLimits = storyImage;

const reelVideo: VideoLimits = {
  contentTypes: ['video/mp4', 'video/quicktime'],
  videoCodecs: ['h264', 'hevc'],
  audioCodecs: ['aac'],
  bytes: { max: 300 * megabyte },
  durationMs: { min: 3 * secondMs, max: 15 * minuteMs },
  width: { max: 1_920 },
  ratio: { min: 0.01, max: 10 },
  frameRate: { min: 23, max: 60 },
  bitRate: { max: 25_000_000 },
  audioChannels: { max: 2 },
  audioSampleRateHz: { max: 48_000 },
  moovFirst: true,
  source: media,
};

const storyVideo: VideoLimits = {
  ...reelVideo,
  bytes: { max: 100 * megabyte },
  durationMs: { min: 3 * secondMs, max: 60 * secondMs },
};

/** The last that was said of videos in carousels; all items are cropped to the ratio of the first. */
const carouselVideo: VideoLimits = {
  ...storyVideo,
  source: { document: 'developers.facebook.com/docs/instagram-api/reference/ig-user/media', date: '2023-11-09' },
};

const alone = { min: 1, max: 1 };

export const instagramLimits = {
  'instagram-image': {
    ...{ name: 'A photo on Instagram', text, media: alone, image, altText, firstComment: comment },
    options: ['collaborators', 'locationId', 'userTags'],
  },
  'instagram-carousel': {
    ...{ name: 'A carousel on Instagram', text, media: { min: 2, max: 10 }, image, video: carouselVideo },
    ...{ altText, firstComment: comment, options: ['collaborators', 'locationId', 'userTags'] },
  },
  'instagram-reel': {
    ...{ name: 'A reel on Instagram', text, media: alone, video: reelVideo, firstComment: comment },
    options: ['coverOffsetMs', 'coverMedia', 'shareToFeed', 'collaborators', 'locationId', 'userTags'],
  },
  'instagram-story': {
    ...{ name: 'A story on Instagram', media: alone, image: storyImage, video: storyVideo },
    ...{ options: ['userTags'], tagPlaces: 'optional' },
  },
} satisfies Partial<Record<Form, FormLimits>>;
