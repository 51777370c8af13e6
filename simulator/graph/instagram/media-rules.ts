import type { ContainerType } from '../../state/containers.ts';
import type { File } from '../../state/files.ts';
import type { Subcode } from './refusals.ts';

const MIB = 1_024 * 1_024;
export const LARGEST_IMAGE_BYTES = 8 * MIB;
const MB = 1_000_000;
const SECOND_MS = 1_000;

/** Portrait 4:5 to landscape 1.91:1, give or take a rounded pixel. */
const [NARROWEST, WIDEST, ROUNDING] = [0.8, 1.91, 0.01];

/** Why an image cannot be published in the feed or, with fewer rules, as a story (IG User Media, 2026-09-11). */
export function imageFlaw({ type, bytes, width, height }: File, as: ContainerType): Subcode | undefined {
  if (type !== 'image/jpeg' || !width || !height) return 2207005;
  if (bytes > LARGEST_IMAGE_BYTES) return 2207004;
  const ratio = width / height;
  return as !== 'STORIES' && (ratio < NARROWEST - ROUNDING || ratio > WIDEST + ROUNDING) ? 2207009 : undefined;
}

const videoLimits = {
  reel: { bytes: 300 * MB, shortestMs: 3 * SECOND_MS, longestMs: 900 * SECOND_MS },
  story: { bytes: 100 * MB, shortestMs: 3 * SECOND_MS, longestMs: 60 * SECOND_MS },
} as const;
const [SLOWEST, FASTEST] = [23, 60];
const WIDEST_PIXELS = 1_920;
const videoCodecs = new Set(['avc1', 'avc3', 'hvc1', 'hev1']);
/** An unpublished fraction of a second or frame is nobody's mistake. */
const TOLERANCE = 0.05;

export const largestVideoBytes = (as: ContainerType) => (as === 'STORIES' ? videoLimits.story : videoLimits.reel).bytes;

/** Why a video cannot be published (IG User Media, "Reel specifications" and "Story video specifications", 2026-09-11). */
export function videoFlaw(file: File, as: ContainerType, thumbOffsetMs?: number): Subcode | undefined {
  const limits = as === 'STORIES' ? videoLimits.story : videoLimits.reel;
  const { type, bytes, duration_ms, frame_rate, width, video_codec, moov_first } = file;
  if (!type.startsWith('video/') || !video_codec || !videoCodecs.has(video_codec)) return 2207026;
  if (bytes > limits.bytes || !duration_ms) return 2207026;
  if (duration_ms < limits.shortestMs * (1 - TOLERANCE) || duration_ms > limits.longestMs * (1 + TOLERANCE))
    return 2207026;
  if (frame_rate !== null && (frame_rate < SLOWEST - TOLERANCE || frame_rate > FASTEST + TOLERANCE)) return 2207026;
  if ((width ?? 0) > WIDEST_PIXELS || !moov_first) return 2207026;
  return thumbOffsetMs !== undefined && thumbOffsetMs >= duration_ms ? 2207057 : undefined;
}
