import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import { isGone } from '../graph/is-gone.ts';
import { meaningOf } from '../graph/reactions.ts';
import type { Claimed } from './claimed.ts';
import type { PublishParts, TargetRef } from './parts.ts';

export interface Refusal {
  /** The call that was refused. */
  ledger: string;
  at: Date;
  /** For people. */
  words: string;
  diagnostic: Diagnostic;
}

/**
 * Why Meta refused the last call of a claimed commit, where it did so for good. Of some refusals it is known or suspected that what is refused went
 * live all the same: looks decide whether this one is true, and until then it is not called again.
 */
export async function refusalSince(
  { tenants }: PublishParts,
  { tenant, target }: TargetRef,
  { claimedBy, claimedAt }: Claimed,
): Promise<Refusal | undefined> {
  const last = await tenants.use(tenant, (db) =>
    db
      .selectFrom('ledger')
      .select(['id', 'status', 'closed_at as at', 'diagnostic'])
      .where('target', '=', target)
      .where('step', '=', 'commit')
      .where((eb) => eb.or([eb('id', '=', claimedBy), eb('opened_at', '>', claimedAt)]))
      .where('status', '!=', 'abandoned')
      .orderBy('opened_at', 'desc')
      .executeTakeFirst(),
  );
  const diagnostic = (last?.diagnostic ?? {}) as Diagnostic;
  const { code, subcode, httpStatus = 500, isTransient } = diagnostic;
  if (last?.status !== 'unknown' || !last.at || code === undefined) return undefined;
  // What proves nothing, and what a look has disproved by now: reads lag behind.
  if (httpStatus >= 500 || isTransient || isGone(diagnostic)) return undefined;
  const { reaction, words } = meaningOf(code, subcode);
  return reaction === 'permanent' ? { ledger: last.id, at: last.at, words, diagnostic } : undefined;
}
