import type { MediaFacts } from '../kinds.ts';
import { type VideoLimits, within } from './limits.ts';

const measured = [
  'bytes',
  'durationMs',
  'width',
  'height',
  'frameRate',
  'bitRate',
  'audioBitRate',
  'audioChannels',
  'audioSampleRateHz',
] as const;

/** A measure of a video that Meta's limits are about. */
export type Measure = (typeof measured)[number] | 'contentType' | 'videoCodec' | 'audioCodec' | 'ratio' | 'moovFirst';

/** What of a video is out of bounds; what could not be read of it is not held against it. */
export function outOfBounds(video: MediaFacts, limits: VideoLimits): Measure[] {
  const out: Measure[] = measured.filter((measure) => {
    const [value, range] = [video[measure], limits[measure]];
    return value !== undefined && range !== undefined && !within(value, range);
  });
  if (limits.ratio && !within(video.width / video.height, limits.ratio)) out.push('ratio');
  if (!limits.contentTypes.includes(video.contentType)) out.push('contentType');
  if (isOther(video.videoCodec, limits.videoCodecs)) out.push('videoCodec');
  if (isOther(video.audioCodec, limits.audioCodecs)) out.push('audioCodec');
  if (limits.moovFirst && video.moovFirst === false) out.push('moovFirst');
  return out;
}

/** Keeps every limit for sure: its duration is known too. */
export const fits = (video: MediaFacts, limits: VideoLimits): boolean =>
  video.durationMs !== undefined && outOfBounds(video, limits).length === 0;

const isOther = (codec: string | undefined, allowed: readonly string[] | undefined) =>
  codec !== undefined && allowed !== undefined && !allowed.includes(codec);
