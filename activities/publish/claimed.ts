import { type Progress, readProgress } from '../../db/tenant/ledger/note-progress.ts';
import type { Claim } from '../../db/tenant/ledger/open.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { callEndsMs } from './call-claimed.ts';
import type { Content } from './content.ts';
import { publisherOf } from './forms/publishers.ts';
import { atWork, type Sought } from './look.ts';
import { pageToken } from './page-token.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** What a claim has left behind: the call that may have been made, and what is needed to look for it. */
export interface Claimed extends Sought, Claim {
  /** From when on the call cannot be under way any more. */
  endedAt: Date;
  contentHash: Buffer;
  revision: number;
  /** What was noted while the subject was made. */
  progress: Progress;
  /** Meta said that it has taken the call. */
  accepted: boolean;
}

/** @returns undefined where the ledger does not know the claim: then nobody can tell what it called */
export function findClaimed(
  parts: PublishParts,
  { tenant, target }: TargetRef,
  content: Content,
  claim: Claim,
): Promise<Claimed | 'over' | undefined> {
  const { claimedBy, claimedAt, wanted } = claim;
  return parts.tenants.use(tenant, async (db) => {
    const call = await db
      .selectFrom('ledger')
      .select(['content_hash as contentHash', 'revision', 'meta_id as subject', 'status', 'closed_at as closedAt'])
      .where('id', '=', claimedBy)
      .executeTakeFirst();
    const publisher = publisherOf(content.form);
    if (!call?.subject || !publisher) return undefined;
    const { contentHash, revision, subject, status, closedAt } = call;
    const accepted = status === 'done';
    const isStill = await record(db, target, { state: 'committing', ...(accepted ? { reason: atWork } : {}), wanted });
    if (!isStill) return 'over';
    const { account } = content.row;
    const credential = await pageToken(parts, db, { tenant, account });
    const endedAt = (status === 'unknown' ? closedAt : null) ?? new Date(claimedAt.getTime() + callEndsMs);
    const progress = await readProgress(db, target, subject);
    const found = { publisher, content, progress, subject, credential, contentHash, revision, accepted };
    return { ...found, ...claim, committedAt: claimedAt, endedAt };
  });
}
