import type { TenantDb } from '../../db/tenant/pools.ts';
import { formLimits } from '../../meta/rules/form-limits.ts';
import { textFlaws } from '../../meta/rules/text.ts';
import type { Flaw } from '../http/problem.ts';
import { known } from './known.ts';
import { onlyTextMoves, type PlannedContent, type PlannedTarget } from './plan.ts';
import type { Standing, StandingTarget } from './standing.ts';
import { whyTextStays } from './why-text-stays.ts';

interface PublishedEdits {
  /** Whose text is to be changed at Meta. */
  targets: PlannedTarget[];
  /** Why the others' stays, by id. */
  objections: Map<string, string>;
  flaws: Flaw[];
}

/** What a change comes to for what is published: nothing but its text can change. */
export async function publishedEdits(
  db: TenantDb,
  post: Standing,
  after: PlannedContent,
  further: readonly string[] | undefined,
): Promise<PublishedEdits> {
  const meant = after.targets.filter((target) => isPublished(target) && onlyTextMoves(post, after, target));
  const { accounts } = await known(db, { targets: meant, media: [] }, further);
  const edits: PublishedEdits = { targets: [], objections: new Map(), flaws: [] };
  for (const target of meant) {
    const text = target.wording.text ?? after.text;
    const why = whyTextStays(target, accounts.get(target.account ?? ''), text);
    if (why !== undefined) edits.objections.set(target.id, why);
    else edits.targets.push(target);
    if (why === undefined && text) edits.flaws.push(...flawsOf(target, text));
  }
  return edits;
}

export const isPublished = ({ state }: Pick<StandingTarget, 'state'>): boolean => state === 'published';

/** A text may be as long as before it was published. Its files, by which its form would be known, may be gone. */
function flawsOf({ kind, wording, pointer }: PlannedTarget, text: string): Flaw[] {
  const { name, text: limits } = formLimits[kind === 'reel' ? 'page-reel' : 'page-post'];
  const at = wording.text === null ? '/text' : `${pointer ?? ''}/text`;
  return limits
    ? textFlaws(name, text, limits, at).map(({ at: where, words }) => ({ pointer: where, detail: words }))
    : [];
}
