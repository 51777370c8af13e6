import type { MediaFacts } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';
import { flawsOf, notesOf, type TargetContent } from '../../meta/rules/target.ts';

export const photo: MediaFacts = { contentType: 'image/jpeg', bytes: 200_000, width: 1_080, height: 1_080 };
export const clip: MediaFacts = {
  ...{ contentType: 'video/mp4', bytes: 5_000_000, width: 1_080, height: 1_920, durationMs: 30_000 },
  ...{ videoCodec: 'h264', audioCodec: 'aac', audioChannels: 2, audioSampleRateHz: 48_000 },
  ...{ frameRate: 30, bitRate: 4_000_000, moovFirst: true },
};

export const withAlt = (files: readonly MediaFacts[], altText: string | null = null) =>
  files.map((file) => ({ ...file, altText }));

export type Given = Partial<TargetContent> & { on?: Platform };

const whole = ({ on: _, ...given }: Given): TargetContent => ({
  ...{ kind: 'feed', text: null, link: null, media: [], firstComment: null, options: {} },
  ...given,
});

export const flaws = (given: Given) => flawsOf(whole(given), { platform: given.on ?? 'facebook' });
export const notes = (given: Given) => notesOf(whole(given), { platform: given.on ?? 'facebook' });
/** Where the flaws are. */
export const places = (given: Given) => flaws(given).map(({ at }) => at);
