import type { MediaFacts } from '../kinds.ts';
import type { Flaw } from './flaw.ts';
import { type Range, type VideoLimits, within } from './limits.ts';
import { rangeWords, units } from './sizes.ts';

/** What is measured of a video: how its sentence begins, in which unit, and what to do. */
const measures = {
  bytes: { is: 'is a file of', unit: units.bytes, cure: 'Compress it more' },
  durationMs: { is: 'lasts', unit: units.durationMs, cure: 'Cut it' },
  width: { is: 'is wide', unit: units.pixels, cure: 'Export it in another size' },
  height: { is: 'is high', unit: units.pixels, cure: 'Export it in another size' },
  frameRate: { is: 'has', unit: units.frameRate, cure: 'Export it with another frame rate' },
  bitRate: { is: 'has', unit: units.bitRate, cure: 'Compress it more' },
  audioChannels: { is: 'has audio channels,', unit: units.plain, cure: 'Export it in stereo' },
  audioSampleRateHz: { is: 'has sound of', unit: units.audioSampleRateHz, cure: 'Export its sound with 48 kHz' },
} as const;

type Measure = keyof typeof measures;

/** What of a video Meta would refuse; what could not be read of it is not held against it. */
export function videoFlaws(name: string, video: MediaFacts, limits: VideoLimits, at: string): Flaw[] {
  const sentences = [
    ...(Object.keys(measures) as Measure[]).flatMap((measure) =>
      outside(name, video[measure], limits[measure], measure),
    ),
    ...ratioFlaws(name, video, limits.ratio),
    ...other(name, video.contentType, limits.contentTypes, 'files of the type'),
    ...other(name, video.videoCodec, limits.videoCodecs, 'pictures in'),
    ...other(name, video.audioCodec, limits.audioCodecs, 'sound in'),
  ];
  if (limits.moovFirst && video.moovFirst === false)
    sentences.push(
      `The index of this video lies at its end, where Meta does not look. Export it for the web ("fast start") and upload it again.`,
    );
  return sentences.map((words) => ({ at, words }));
}

/** Keeps every limit for sure: how long it lasts is known too. */
export const fits = (video: MediaFacts, limits: VideoLimits): boolean =>
  video.durationMs !== undefined && videoFlaws('', video, limits, '').length === 0;

function outside(name: string, value: number | undefined, range: Range | undefined, measure: Measure): string[] {
  if (value === undefined || range === undefined || within(asCounted(value, measure), range)) return [];
  const { is, unit, cure } = measures[measure];
  return [`${name} ${is} ${rangeWords(range, unit)}; this video: ${unit(value)}. ${cure} and upload it again.`];
}

/** What is called 24 frames a second is 23.976 in most films, and what a telephone calls 60 is sometimes 60.02. */
const asCounted = (value: number, measure: Measure) => (measure === 'frameRate' ? Math.round(value) : value);

function ratioFlaws(name: string, { width, height }: MediaFacts, range: Range | undefined): string[] {
  if (!range || within(width / height, range)) return [];
  return [
    `${name} is ${rangeWords(range, units.ratio)}, width by height; this video is ${width} × ${height}. Crop it and upload it again.`,
  ];
}

/** What libraries call the same codec. */
const otherNames: Readonly<Record<string, string>> = { avc: 'h264', h265: 'hevc' };

function other(name: string, is: string | undefined, taken: readonly string[] | undefined, what: string): string[] {
  if (is === undefined || !taken || taken.includes(otherNames[is] ?? is)) return [];
  return [`${name} takes ${what} ${taken.join(', ')}, not ${is}. Convert it and upload it again.`];
}
