import type { File } from '../../state/files.ts';
import type { Flow } from '../../state/videos.ts';

const SECOND_MS = 1_000;
const [SLOWEST, FASTEST] = [24, 60];
const [NARROWEST_PIXELS, LOWEST_PIXELS] = [540, 960];
const UPRIGHT = 9 / 16;
/** A fraction of a second, a frame or a pixel too much is nobody's mistake. */
const TOLERANCE = 0.05;
const shortestMs = 3 * SECOND_MS;
const longestMs = { reel: 90 * SECOND_MS, story: 60 * SECOND_MS } as const;

/** Why a video cannot become this (Reels Publishing and Page Stories, 2026-09-11); found out when it is processed. */
export function pageVideoFlaw({ type, duration_ms, frame_rate, width, height }: File, flow: Flow): string | undefined {
  if (!type.startsWith('video/') || !duration_ms || !width || !height) return 'The video file is not supported.';
  if (flow === 'video') return undefined;
  if (duration_ms < shortestMs * (1 - TOLERANCE)) return 'The video is too short.';
  if (duration_ms > longestMs[flow] * (1 + TOLERANCE)) return 'The video is too long.';
  if (flow === 'story') return undefined;
  if (frame_rate !== null && (frame_rate < SLOWEST * (1 - TOLERANCE) || frame_rate > FASTEST * (1 + TOLERANCE)))
    return 'The frame rate is not supported.';
  if (width < NARROWEST_PIXELS || height < LOWEST_PIXELS) return 'The resolution is too low.';
  return Math.abs(width / height - UPRIGHT) > TOLERANCE * UPRIGHT ? 'The aspect ratio is not supported.' : undefined;
}
