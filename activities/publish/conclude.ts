import { ApplicationFailure } from '@temporalio/common';
import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import { judgeCredential, type UsedCredential, type Verdict } from '../connection/judge-credential.ts';
import type { GraphAnswer, GraphFailure } from '../graph/client.ts';
import { blamesLogin, diagnosticOf, end } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';

export interface Called {
  /** The ledger row of this call. */
  ledger: string;
  /** Who holds the claim under which it was made. */
  claimedBy: string;
  draft: string;
  calledAt: Date;
  account: string;
  credential: UsedCredential;
}

/**
 * Writes down what the answer to a commit says. Only a proven refusal gives the claim back: everything else may have
 * gone live, and is for the witness.
 */
export async function conclude(
  parts: PublishParts,
  { tenant, target }: TargetRef,
  called: Called,
  answer: GraphAnswer<unknown>,
): Promise<'published' | 'over' | 'unknown'> {
  const { control, tenants } = parts;
  const { ledger, claimedBy, draft, calledAt } = called;
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
  const verdict = proven && blamesLogin(failure) ? await judged(parts, tenant, called, failure) : 'none';
  if (!proven || verdict === 'lives') {
    await tenants.use(tenant, async (db) => {
      await closeEntry(db, ledger, { status: 'unknown', diagnostic, calledAt });
      await record(db, target, { state: 'committing', diagnostic });
    });
    return 'unknown';
  }
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, ledger, { status: 'refused', diagnostic, calledAt });
    // With another login the same draft is committed at once: the rows are read again, and nothing is claimed.
    if (verdict === 'another') await record(db, target, { state: 'armed', diagnostic });
    else await end(db, target, failure, 0);
  });
  await releaseClaim(control, publishId(tenant, target), claimedBy);
  return 'over';
}

/**
 * This call did certainly nothing, and another would not either. Of refusals that time heals there is none for a feed
 * post's commit: they go to the witness, which repeats the call.
 */
export const isRefused = ({ commit, reaction }: GraphFailure): boolean =>
  commit === 'refused' && reaction !== 'retry' && reaction !== 'retry-after';

/** While Meta does not say whether the token lives, the refusal is not proven. */
async function judged(
  parts: PublishParts,
  tenant: string,
  { account, credential }: Called,
  failure: GraphFailure,
): Promise<Verdict> {
  try {
    return await judgeCredential(parts, { tenant, account }, credential, failure);
  } catch (error) {
    if (error instanceof ApplicationFailure) return 'lives';
    throw error;
  }
}
