import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { GraphAnswer, GraphFailure } from '../graph/client.ts';
import { diagnosticOf, end } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';

export interface Called {
  /** The ledger row of this call. */
  ledger: string;
  /** Who holds the claim under which it was made. */
  claimedBy: string;
  draft: string;
  calledAt: Date;
}

/**
 * Writes down what the answer to a commit says. Only a proven refusal gives the claim back: everything else may have
 * gone live, and is for the witness.
 */
export async function conclude(
  { control, tenants }: Pick<PublishParts, 'control' | 'tenants'>,
  { tenant, target }: TargetRef,
  { ledger, claimedBy, draft, calledAt }: Called,
  answer: GraphAnswer<unknown>,
): Promise<'published' | 'over' | 'unknown'> {
  if (answer.ok) {
    await tenants.use(tenant, async (db) => {
      await closeEntry(db, ledger, { status: 'done', metaId: draft, calledAt });
      await record(db, target, { state: 'published', metaId: draft });
    });
    return 'published';
  }
  const { failure } = answer;
  const diagnostic = diagnosticOf(failure);
  const proven = isRefused(failure);
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, ledger, { status: proven ? 'refused' : 'unknown', diagnostic, calledAt });
    if (proven) await end(db, target, failure, 0);
    else await record(db, target, { state: 'committing', diagnostic });
  });
  if (!proven) return 'unknown';
  await releaseClaim(control, publishId(tenant, target), claimedBy);
  return 'over';
}

/**
 * This call did certainly nothing, and another would not either. Of refusals that time heals there is none for a feed
 * post's commit: they go to the witness, which repeats the call.
 */
export const isRefused = ({ commit, reaction }: GraphFailure): boolean =>
  commit === 'refused' && reaction !== 'retry' && reaction !== 'retry-after';
