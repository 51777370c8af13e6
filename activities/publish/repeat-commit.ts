import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openAgain } from '../../db/tenant/ledger/open.ts';
import { countReads, type Seen } from '../../db/tenant/ledger/witness-reads.ts';
import { believedFirstMs, callEndsMs, claimHoldsMs } from './call-claimed.ts';
import type { Claimed } from './claimed.ts';
import { type CommitOutcome, conclude, isRefused, isRefusedForNow } from './conclude.ts';
import { diagnosticOf } from './failing.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import { readyCommit } from './ready-commit.ts';

/** After this long the call is not repeated: Meta drops what was prepared, and it would appear without its photos. */
const repeatForMs = 20 * 3_600_000;
/** Meta's reads lag behind: "not there" and "not live" are believed when both of two looks, this late after the call, say so. */
const believedAfterMs = [believedFirstMs, 120_000];

/** Whether Meta has said it twice, late enough after the call. */
export async function isBelieved(
  { tenants, witnessFactor }: PublishParts,
  { tenant }: TargetRef,
  { claimedBy, endedAt }: Claimed,
  seen: Seen,
): Promise<boolean> {
  const counts = await tenants.use(tenant, (db) =>
    Promise.all(
      believedAfterMs.map((ms) => countReads(db, claimedBy, seen, new Date(endedAt.getTime() + ms * witnessFactor))),
    ),
  );
  const [sinceFirst = 0, sinceSecond = 0] = counts;
  return sinceFirst >= 2 && sinceSecond >= 1;
}

/** Commits once more what was not seen live, where that cannot publish twice. @returns `unknown` also where nothing was called */
export async function repeatCommit(
  parts: PublishParts,
  ref: TargetRef,
  claimed: Claimed,
  lookedForMs: number,
): Promise<CommitOutcome> {
  const { publisher, credential, content, subject, progress, contentHash, revision } = claimed;
  if (!credential || claimed.accepted || lookedForMs >= repeatForMs) return 'unknown';
  const believed = await isBelieved(parts, ref, claimed, 'not-live');
  const mayRepeatAtOnce = publisher.mayRepeat === 'at-once';
  if (!mayRepeatAtOnce && !believed) return 'unknown';
  const ledger = uuidv7();
  const entry = { id: ledger, target: ref.target, step: 'commit', revision, contentHash, status: 'open' } as const;
  const openedAtMs = performance.now();
  const isOurs = await parts.tenants.use(ref.tenant, (db) =>
    openAgain(db, entry, { ...claimed, once: !mayRepeatAtOnce }),
  );
  if (!isOurs) return 'unknown';
  if (performance.now() - openedAtMs > claimHoldsMs) {
    // Frozen meanwhile: somebody else may be looking already.
    await parts.tenants.use(ref.tenant, (db) => closeEntry(db, ledger, { status: 'abandoned' }));
    return 'unknown';
  }
  const calledAt = new Date();
  const { token } = credential;
  const answer = await readyCommit(parts.graph, publisher, { token, content, subject, progress }).send(callEndsMs);
  // Refused now, because the first call has published it after all? Only reads can tell.
  if (!answer.ok && (isRefusedForNow(answer.failure) || (isRefused(answer.failure) && !believed))) {
    const diagnostic = diagnosticOf(answer.failure);
    const status = answer.failure.sent === false ? 'abandoned' : 'refused';
    await parts.tenants.use(ref.tenant, (db) => closeEntry(db, ledger, { status, diagnostic, calledAt }));
    return 'unknown';
  }
  const provesUntilMs = Number.POSITIVE_INFINITY;
  return conclude(parts, ref, { ...claimed, credential, ledger, calledAt, overdueMs: 0, provesUntilMs }, answer);
}
