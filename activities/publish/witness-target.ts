import { v7 as uuidv7 } from 'uuid';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { countReads, type Seen } from '../../db/tenant/ledger/witness-reads.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import { callCommit, callEndsMs } from './call-commit.ts';
import { conclude, isRefused } from './conclude.ts';
import { readContent } from './content.ts';
import { diagnosticOf } from './failing.ts';
import { look, type Sought, seenLive } from './look.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

const hourMs = 3_600_000;
/** After this long of looking a person is asked. */
const lookForMs = 24 * hourMs;
/** After this long the call is not repeated: Meta drops the photos of an unpublished post, and it would appear without them. */
const repeatForMs = 20 * hourMs;
/** Meta's reads lag behind: "not there" and "not live" are believed when both of two looks, this late after the call, say so. */
const believedAfterMs = [30_000, 120_000];

/** What a claim has left behind: the call that may have been made, and what is needed to look for it. */
interface Claimed extends Sought {
  claimedAt: Date;
  /** From when on the call cannot be under way any more. */
  endedAt: Date;
  contentHash: Buffer;
  revision: number;
}

/**
 * Looks at Meta what became of a claimed commit. A feed post that is not live is committed once more at once: that call
 * may be repeated, and what the repetition answers is never evidence that the first one failed.
 */
export const witnessTarget =
  (parts: PublishParts) =>
  async (ref: TargetRef): Promise<'published' | 'over' | 'undecided'> => {
    const entry = await readEntry(parts.control, publishId(ref.tenant, ref.target));
    if (!entry?.claimedBy || !entry.claimedAt) return 'over';
    const claim = { claimedBy: entry.claimedBy, claimedAt: entry.claimedAt };
    const claimed = await find(parts, ref, claim);
    if (claimed === 'over') return 'over';
    if (!claimed) return hold(parts, ref, unsaid);
    const { seen, permalink } = await look(parts, ref, claimed);
    if (seen === 'live') return seenLive(parts, ref, claimed, { permalink, publishedAt: claim.claimedAt });
    const lookedForMs = (entry.now.getTime() - claim.claimedAt.getTime()) / parts.witnessFactor;
    if (seen === 'not-live' && claimed.credential && lookedForMs < repeatForMs) {
      const outcome = await repeat(parts, ref, { ...claimed, credential: claimed.credential });
      if (outcome !== 'unknown') return outcome;
    }
    if (await isBelieved(parts, ref, claimed, 'gone')) return hold(parts, ref, draftGone);
    return lookedForMs > lookForMs ? hold(parts, ref, unsaid) : 'undecided';
  };

const draftGone = 'The post was prepared at Facebook, and is no longer there: somebody may have deleted it by hand.';
const unsaid = 'Meta does not say whether this is live. Look at the Page, then choose.';

/** @returns undefined where the ledger does not know the claim: then nobody can tell what it called */
function find(
  parts: PublishParts,
  { tenant, target }: TargetRef,
  claim: Pick<Claimed, 'claimedBy' | 'claimedAt'>,
): Promise<Claimed | 'over' | undefined> {
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content || isOver(content.row.state)) return 'over';
    const call = await db
      .selectFrom('ledger')
      .select(['content_hash as contentHash', 'revision', 'meta_id as draft', 'status', 'closed_at as closedAt'])
      .where('id', '=', claim.claimedBy)
      .executeTakeFirst();
    if (!call?.draft) return undefined;
    await record(db, target, { state: 'committing' });
    const { account } = content.row;
    const credential = await pageToken(parts, db, { tenant, account });
    const { contentHash, revision, draft, status, closedAt } = call;
    const ended = status === 'unknown' ? closedAt : null;
    const endedAt = ended ?? new Date(claim.claimedAt.getTime() + callEndsMs);
    return { ...claim, endedAt, contentHash, revision, draft, account, credential };
  });
}

async function isBelieved(
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

async function repeat(
  parts: PublishParts,
  ref: TargetRef,
  claimed: Claimed & { credential: UsedCredential },
): Promise<'published' | 'over' | 'unknown'> {
  const { claimedBy, draft, account, credential, contentHash, revision } = claimed;
  const ledger = uuidv7();
  const entry = { id: ledger, target: ref.target, step: 'commit', revision, contentHash, status: 'open' } as const;
  await parts.tenants.use(ref.tenant, (db) => openEntry(db, entry));
  const calledAt = new Date();
  const answer = await callCommit(parts.graph, { draft, token: credential.token }, callEndsMs);
  // Refused now, because the first call has published it after all? Only reads can tell.
  if (!answer.ok && isRefused(answer.failure) && !(await isBelieved(parts, ref, claimed, 'not-live'))) {
    const diagnostic = diagnosticOf(answer.failure);
    await parts.tenants.use(ref.tenant, (db) => closeEntry(db, ledger, { status: 'refused', diagnostic, calledAt }));
    return 'unknown';
  }
  return conclude(parts, ref, { ledger, claimedBy, draft, calledAt, account, credential }, answer);
}

async function hold({ tenants }: PublishParts, { tenant, target }: TargetRef, reason: string): Promise<'over'> {
  await tenants.use(tenant, (db) =>
    record(db, target, { state: 'held', heldFor: 'outcome', reason, choices: ['live', 'publishAgain'] }),
  );
  return 'over';
}
