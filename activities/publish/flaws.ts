import { flawsOf } from '../../meta/rules/target.ts';
import type { Content } from './content.ts';

/**
 * Holds what is about to be prepared, or committed, against the rules once more: they may have become others since it was scheduled.
 * @returns what Meta would refuse, in sentences; undefined where nothing is known against it
 */
export function objectionTo({ row, media, options, cover }: Content): string | undefined {
  const files = media.map((file) => ({ ...file, altText: file.altText ?? null }));
  const flaws = flawsOf({ ...row, media: files, options, ...(cover ? { cover } : {}) }, row);
  return flaws.length ? flaws.map(({ words }) => words).join(' ') : undefined;
}
