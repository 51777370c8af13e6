import type { Flaw } from './flaw.ts';
import { type Range, type TextLimits, within } from './limits.ts';

const hashtag = /[#＃][\p{L}\p{N}\p{M}_]+/gu;
/** Not within an address of mail. */
const mention = /(?<![\p{L}\p{N}_.])@[A-Za-z0-9_][A-Za-z0-9_.]*/gu;

export const countHashtags = (text: string): number => text.match(hashtag)?.length ?? 0;
export const countMentions = (text: string): number => text.match(mention)?.length ?? 0;

/** @param name the subject of the sentences, as in "A reel on Instagram" */
export function textFlaws(name: string, text: string, limits: TextLimits, at: string): Flaw[] {
  const counts = [
    { is: text.length, may: limits.length, unit: 'characters', count: 'An emoji counts as two or more. ' },
    { is: countHashtags(text), may: limits.hashtags, unit: 'hashtags', count: '' },
    { is: countMentions(text), may: limits.mentions, unit: 'mentions with @', count: '' },
  ];
  return counts
    .filter(({ is, may }) => may && !within(is, may))
    .map(({ is, may, unit, count }) => ({
      at,
      words: `${name} ${has(may)} ${unit}; this has ${is}. ${count}${what(is, may)}`,
    }));
}

const has = (may: Range | undefined) =>
  may?.min === undefined ? `has at most ${may?.max}` : `has ${may.min} to ${may.max}`;

const what = (is: number, may: Range | undefined) =>
  is < (may?.min ?? 0) ? 'Write something, or leave it out.' : `Take ${is - (may?.max ?? is)} out.`;
