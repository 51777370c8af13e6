import type { VideoLimits } from './limits.ts';

const secondMs = 1_000;
/** Encoders round the sides up to whole blocks: 544 × 960 is meant to be 9:16 too. */
const ratio916 = { min: (9 / 16) * 0.99, max: (9 / 16) * 1.01 };

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
