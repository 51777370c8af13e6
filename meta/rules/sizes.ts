import type { Range } from './limits.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** A measure with its unit, as people read it. */
export const units = {
  bytes: (n: number) => (n >= 100_000 ? `${round(n / 1_000_000)} MB` : `${n} bytes`),
  durationMs: (ms: number) => (ms > 2 * minuteMs ? `${round(ms / minuteMs)} min` : `${round(ms / secondMs, 3)} s`),
  pixels: (n: number) => `${n} pixels`,
  frameRate: (n: number) => `${round(n)} frames a second`,
  bitRate: (n: number) => `${round(n / 1_000_000)} Mbit/s`,
  audioSampleRateHz: (n: number) => `${round(n / 1_000)} kHz`,
  plain: (n: number) => `${n}`,
  ratio: (n: number) => ratios.find(([, value]) => Math.abs(value - n) < 0.006)?.[0] ?? `${round(n)}:1`,
} as const;

const ratios: readonly [string, number][] = [
  ['4:5', 0.8],
  ['1:1', 1],
  ['9:16', 0.5625],
  ['16:9', 16 / 9],
];

type Unit = (value: number) => string;

export function rangeWords({ min, max }: Range, unit: Unit): string {
  if (min === undefined) return `${unit(max ?? 0)} at most`;
  if (max === undefined) return `${unit(min)} at least`;
  return unit(min) === unit(max) ? unit(min) : `${unit(min)} to ${unit(max)}`;
}

const round = (n: number, digits = 2) => Number(n.toFixed(digits));
