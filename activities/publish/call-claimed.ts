import { closeEntry } from '../../db/tenant/ledger/close.ts';
import type { Diagnostic } from '../../db/tenant/targets/record.ts';
import type { Armed } from './arm.ts';
import { beginAnew } from './begin-anew.ts';
import { type Called, type CommitOutcome, conclude, isRefused, isRefusedForNow } from './conclude.ts';
import { diagnosticOf } from './failing.ts';
import { look, seenLive } from './look.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

/** A claim that is older than this calls nothing: its holder may have been frozen, and a witness may be looking already. */
export const claimHoldsMs = 5_000;
/** Counted from the claim, so that a witness knows when no call can be under way any more. */
export const callEndsMs = 20_000;
/** Sooner after that no witness believes what it does not see. */
export const believedFirstMs = 30_000;

/**
 * Makes the one call that a claim allows.
 * @param claimAskedAtMs when the claim was asked for, by the monotonic clock
 */
export async function callClaimed(
  parts: PublishParts,
  ref: WantedTarget,
  armed: Armed,
  claimAskedAtMs: number,
): Promise<CommitOutcome> {
  const { attempt, publisher, content, subject, credential, commit, overdueMs } = armed;
  const unknown = async (calledAt?: Date, diagnostic?: Diagnostic) => {
    const outcome = { status: 'unknown', ...(calledAt && { calledAt }), ...(diagnostic && { diagnostic }) } as const;
    await parts.tenants.use(ref.tenant, (db) => closeEntry(db, attempt, outcome));
    return 'unknown' as const;
  };
  // Where it can be called again without a doubt, a witness does so from its first look on.
  const unrepeatedMs = publisher.mayRepeat === 'at-once' ? 0 : believedFirstMs * parts.witnessFactor;
  const provesUntilMs = claimAskedAtMs + callEndsMs + unrepeatedMs;
  const heldForMs = performance.now() - claimAskedAtMs;
  if (heldForMs > claimHoldsMs) return unknown();
  const calledAt = new Date();
  const timeoutMs = Math.floor(callEndsMs - heldForMs);
  const answer = await parts.rush.call(() => commit.send(timeoutMs));
  await parts.rush.over();
  const { wanted } = ref;
  const sought = { publisher, content, claimedBy: attempt, subject, credential, committedAt: calledAt, wanted };
  if (!answer.ok && isRefused(answer.failure) && answer.failure.reaction === 'permanent') {
    // What somebody published by hand is refused as well, and may not be seen yet. Where the call can be made again, two looks decide.
    if (publisher.mayRepeat === 'at-once') return unknown(calledAt, diagnosticOf(answer.failure));
    const seen = await look(parts, ref, sought);
    if (seen.seen === 'live') return seenLive(parts, ref, sought, seen, calledAt);
    if (seen.seen !== 'not-live') return unknown(calledAt);
  }
  if (!answer.ok && isRefusedForNow(answer.failure) && answer.failure.sent !== false) {
    // "Not ready" is said of what will never be, too.
    const seen = await look(parts, ref, sought);
    // And of what is published already: a witness finds out as what.
    if (seen.seen === 'live') return unknown(calledAt, diagnosticOf(answer.failure));
    if (seen.seen === 'not-live' && seen.isSpent && performance.now() < provesUntilMs)
      return beginAnew(parts, ref, sought);
  }
  const called: Called = { ...sought, credential, ledger: attempt, calledAt, overdueMs, provesUntilMs };
  return conclude(parts, ref, called, answer);
}
