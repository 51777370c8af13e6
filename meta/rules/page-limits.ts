import type { Form } from '../kinds.ts';
import type { FormLimits, ImageLimits, TextLimits, VideoLimits } from './limits.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const megabyte = 1_000_000;
/** Encoders round the sides up to whole blocks: 544 × 960 is meant to be 9:16 too. */
const ratio916 = { min: (9 / 16) * 0.99, max: (9 / 16) * 1.01 };

const text: TextLimits = {
  length: { max: 63_206 },
  source: {
    document: 'gitroomhq/postiz-app, facebook.provider.ts: what a peer sends in production',
    date: '2026-09-05',
  },
};

const comment: TextLimits = {
  length: { min: 1, max: 8_000 },
  source: { document: 'developers.facebook.com/docs/graph-api/reference/comment', date: '2026-09-11' },
};

const altText: TextLimits = {
  length: { max: 1_000 },
  source: { document: "no document says; Instagram's limit, so that one alt text serves both", date: '2026-09-11' },
};

/** The reference says 10 MB, error 1366046 says 4 MB: what keeps to the smaller is refused by neither. */
const image: ImageLimits = {
  contentTypes: ['image/jpeg', 'image/png', 'image/gif'],
  bytes: { max: 4 * megabyte },
  source: { document: 'developers.facebook.com/docs/graph-api/reference/page/photos', date: '2026-09-11' },
};

const video: VideoLimits = {
  contentTypes: ['video/mp4', 'video/quicktime'],
  bytes: { max: 10_000 * megabyte },
  durationMs: { max: 4 * hourMs },
  source: { document: 'developers.facebook.com/docs/graph-api/reference/page/videos', date: '2026-09-11' },
};

export const pageReelVideo: VideoLimits = {
  contentTypes: ['video/mp4', 'video/quicktime'],
  videoCodecs: ['h264', 'hevc', 'vp9', 'av1'],
  durationMs: { min: 3 * secondMs, max: 90 * secondMs },
  width: { min: 540 },
  height: { min: 960 },
  ratio: ratio916,
  frameRate: { min: 24, max: 60 },
  source: { document: 'developers.facebook.com/documentation/video-api/guides/reels-publishing', date: '2026-07-30' },
};

const storyVideo: VideoLimits = {
  ...pageReelVideo,
  durationMs: { min: 3 * secondMs, max: 60 * secondMs },
  source: { document: 'developers.facebook.com/documentation/video-api/page-stories-api', date: '2026-09-11' },
};

const alone = { min: 1, max: 1 };

export const pageLimits = {
  'page-post': {
    ...{ name: 'A post on a Page', text, link: true, media: { max: 10 } },
    ...{ image, altText, firstComment: comment, options: [] },
  },
  'page-video': { name: 'A video on a Page', text, media: alone, video, firstComment: comment, options: [] },
  'page-reel': {
    ...{ name: 'A reel on a Page', text, media: alone, video: pageReelVideo },
    ...{ firstComment: comment, options: [] },
  },
  'page-photo-story': { name: 'A story on a Page', media: alone, image, options: [] },
  'page-video-story': { name: 'A story on a Page', media: alone, video: storyVideo, options: [] },
} satisfies Partial<Record<Form, FormLimits>>;
