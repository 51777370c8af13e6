import { readFacts } from '../../db/tenant/media/facts.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Options } from '../../meta/rules/options.ts';
import { flawsOf } from '../../meta/rules/target.ts';
import type { Content } from './content.ts';

/**
 * Holds what is about to be prepared, or committed, against the rules once more: they may have become others since it was scheduled.
 * @returns what Meta would refuse, in sentences; undefined where nothing is known against it
 */
export async function objectionTo(db: TenantDb, { row, media }: Content): Promise<string | undefined> {
  const options = (row.options ?? {}) as Options;
  const { coverMedia } = options;
  const cover = coverMedia === undefined ? undefined : (await readFacts(db, [coverMedia])).get(coverMedia);
  const files = media.map((file) => ({ ...file, altText: file.altText ?? null }));
  const flaws = flawsOf({ ...row, media: files, options, ...(cover ? { cover } : {}) }, row);
  return flaws.length ? flaws.map(({ words }) => words).join(' ') : undefined;
}
