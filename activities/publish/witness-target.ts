import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { closeEntry, refusePrepared } from '../../db/tenant/ledger/close.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { type Diagnostic, record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import { beginAnew } from './begin-anew.ts';
import { bind } from './bind.ts';
import { type Claimed, findClaimed } from './claimed.ts';
import { readContent } from './content.ts';
import { diagnosticOf } from './failing.ts';
import { atWork, look, seenLive } from './look.ts';
import type { PublishParts, TargetRef, WantedTarget } from './parts.ts';
import { type Refusal, refusalSince } from './refusal-since.ts';
import { isBelieved, repeatCommit } from './repeat-commit.ts';

const hourMs = 3_600_000;
/** After this long of looking a person is asked. */
const lookForMs = 24 * hourMs;

export type Witnessed = 'published' | 'over' | 'undecided' | 'processing';

/**
 * Looks at Meta what became of a claimed commit. What is not live is committed once more where the form allows that, and what the repetition
 * answers is never evidence that the first one failed.
 */
export const witnessTarget =
  (parts: PublishParts) =>
  async (ref: TargetRef): Promise<Witnessed> => {
    // The row before its entry: whatever is decided once the claim is gone has a higher revision than either.
    const content = await parts.tenants.use(ref.tenant, (db) => readContent(db, ref.target));
    const entry = await readEntry(parts.control, publishId(ref.tenant, ref.target));
    if (!content || isOver(content.row.state) || !entry?.claimedBy || !entry.claimedAt) return 'over';
    const wanted = Math.max(entry.wanted, content.row.revision);
    const at = { ...ref, wanted };
    const claim = { claimedBy: entry.claimedBy, claimedAt: entry.claimedAt, wanted };
    const claimed = await findClaimed(parts, ref, content, claim);
    if (claimed === 'over') return 'over';
    if (!claimed) return hold(parts, at, unsaid);
    const seen = await look(parts, ref, claimed);
    const lookedForMs = (entry.now.getTime() - claim.claimedAt.getTime()) / parts.witnessFactor;
    switch (seen.seen) {
      case 'live': {
        const bound = seen.metaId ? seen : await bind(parts, ref, claimed, lookedForMs);
        return bound === 'undecided' ? bound : seenLive(parts, ref, claimed, { ...seen, ...bound }, claim.claimedAt);
      }
      case 'failed':
        return gaveUp(parts, ref, claimed, seen.failure);
      case 'processing':
        await accepted(parts, ref, claimed);
        return lookedForMs > lookForMs ? hold(parts, at, stillAtWork) : 'processing';
      case 'not-live': {
        // A call for it would come to nothing either.
        if (seen.isSpent && (await isBelieved(parts, ref, claimed, 'not-live'))) return beginAnew(parts, ref, claimed);
        if (seen.isSpent) break;
        const refusal = await refusalSince(parts, ref, claimed);
        if (refusal) {
          const sinceThen = { ...claimed, endedAt: refusal.at };
          if (await isBelieved(parts, ref, sinceThen, 'not-live')) return refused(parts, ref, claimed, refusal);
          break;
        }
        const outcome = await repeatCommit(parts, ref, claimed, lookedForMs);
        if (outcome === 'accepted') return 'processing';
        if (outcome !== 'unknown') return outcome;
      }
    }
    if (await isBelieved(parts, ref, claimed, 'gone')) return hold(parts, at, isMissing);
    return lookedForMs > lookForMs ? hold(parts, at, unsaid) : 'undecided';
  };

const isMissing = 'The post was prepared at Meta, and is no longer there: somebody may have deleted it by hand.';
const stillAtWork =
  'For a day Facebook has been processing this, and may show it yet. Before you publish it again, delete it there.';
const notSeen = 'Nothing of it was seen there since; look at the account before you try again.';
const unsaid = 'Meta does not say whether this is live. Look at the account, then choose.';

async function hold(
  { tenants }: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  reason: string,
): Promise<'over'> {
  await tenants.use(tenant, (db) =>
    record(db, target, { state: 'held', heldFor: 'outcome', reason, choices: ['live', 'publishAgain'], wanted }),
  );
  return 'over';
}

/** The call had arrived: it is not made again, whatever its answer was. */
async function accepted({ tenants }: PublishParts, { tenant, target }: TargetRef, claimed: Claimed): Promise<void> {
  if (claimed.accepted) return;
  await tenants.use(tenant, async (db) => {
    await closeEntry(db, claimed.claimedBy, { status: 'done' });
    await record(db, target, { state: 'committing', reason: atWork, wanted: claimed.wanted });
  });
}

/** What Meta said of the last call, and goes on to be true: it did nothing. */
const refused = (
  parts: PublishParts,
  ref: TargetRef,
  claimed: Claimed,
  { ledger, words, diagnostic }: Refusal,
): Promise<'over'> =>
  fail(parts, ref, claimed, { reason: `${words} ${notSeen}`, diagnostic }, async (db) => {
    for (const id of new Set([claimed.claimedBy, ledger])) await closeEntry(db, id, { status: 'refused' });
  });

/** Meta had taken it, and could not make a post of it: nothing went out, and nothing will. */
const gaveUp = (
  parts: PublishParts,
  ref: TargetRef,
  claimed: Claimed,
  failure: Parameters<typeof diagnosticOf>[0] & { words: string },
): Promise<'over'> =>
  fail(parts, ref, claimed, { reason: failure.words, diagnostic: diagnosticOf(failure) }, async (db) => {
    await closeEntry(db, claimed.claimedBy, { status: 'done' });
    // Whoever tries again does not commit the same once more.
    await refusePrepared(db, ref.target, claimed.subject);
  });

async function fail(
  { control, tenants }: PublishParts,
  { tenant, target }: TargetRef,
  { claimedBy, wanted }: Claimed,
  why: { reason: string; diagnostic: Diagnostic },
  close: (db: TenantDb) => Promise<void>,
): Promise<'over'> {
  await tenants.use(tenant, async (db) => {
    await close(db);
    await record(db, target, { state: 'failed', ...why, choices: ['retry', 'cancel'], wanted });
  });
  // Or a person who tries again at once would hear that a commit is under way.
  await releaseClaim(control, publishId(tenant, target), claimedBy);
  return 'over';
}
