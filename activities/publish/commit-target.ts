import { activityInfo, Context } from '@temporalio/activity';
import { v7 as uuidv7 } from 'uuid';
import { clockOffsetMs } from '../../db/control/clock-offset.ts';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { abandonArmed, closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { usable } from '../../db/tenant/ledger/usable.ts';
import { isOver } from '../../db/tenant/targets/read-target.ts';
import { publishId } from '../../workflows/ids.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import { gaveWay } from '../failures.ts';
import { callCommit, callEndsMs, claimHoldsMs } from './call-commit.ts';
import { conclude, isRefused } from './conclude.ts';
import { readContent } from './content.ts';
import { end, noCredential } from './failing.ts';
import { look, seenLive } from './look.ts';
import { pageToken } from './page-token.ts';
import { park } from './park.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

/** What one attempt has in hand before it parks: at the due instant nothing is left to be fetched. */
interface Armed {
  attempt: string;
  draft: string;
  account: string;
  credential: UsedCredential;
}

/**
 * Waits for the due instant and makes the draft public: parks, claims, calls. Whoever does not get the claim calls nothing.
 * @returns `unknown` when a call may have been made and its outcome is for the witness to find; `stale` when the rows must be read again
 * @throws ApplicationFailure that is retried when the worker goes down before the claim
 */
export const commitTarget =
  (parts: PublishParts) =>
  (ref: WantedTarget): Promise<CommitOutcome> =>
    commit(parts, ref);

type CommitOutcome = 'published' | 'over' | 'stale' | 'unknown';

async function commit(parts: PublishParts, ref: WantedTarget): Promise<CommitOutcome> {
  const id = publishId(ref.tenant, ref.target);
  const entry = await readEntry(parts.control, id);
  if (!entry || entry.wanted !== ref.wanted || entry.claimedBy) return 'stale';
  const armed = await arm(parts, ref);
  if (typeof armed === 'string') return armed;
  for (let dueAtMs = dueAt(entry); ; ) {
    // Measured again after a claim that came too early: by the old measure the next one would come too early at once.
    const offsetMs = await clockOffsetMs(parts.control);
    await parkOrGiveWay(parts, dueAtMs, offsetMs);
    const claimAskedAtMs = performance.now();
    const claim = await claimFor(parts, id, ref.wanted, armed.attempt);
    if (claim === 'ours') return call(parts, ref, armed, claimAskedAtMs);
    if (claim === 'not-ours') return 'stale';
    dueAtMs = claim;
  }
}

/** Opens what the call needs, and the ledger row that says that a call may follow. */
async function arm(parts: PublishParts, { tenant, target, wanted }: WantedTarget): Promise<Armed | 'stale' | 'over'> {
  return parts.tenants.use(tenant, async (db) => {
    const content = await readContent(db, target);
    if (!content) return 'stale';
    if (isOver(content.row.state)) return 'over';
    const drafts = await usable(db, target, 'draft');
    const draft = drafts.find((d) => d.contentHash.equals(content.hash))?.metaId;
    if (!draft) return 'stale';
    const { account } = content.row;
    const credential = await pageToken(parts, db, { tenant, account });
    if (!credential) {
      await end(db, target, noCredential, 0);
      return 'over';
    }
    const attempt = uuidv7();
    await abandonArmed(db, target);
    await openEntry(db, {
      id: attempt,
      target,
      step: 'commit',
      revision: wanted,
      contentHash: content.hash,
      metaId: draft,
      status: 'armed',
    });
    return { attempt, draft, account, credential };
  });
}

/** @param claimAskedAtMs when the claim was asked for, by the monotonic clock */
async function call(
  parts: PublishParts,
  { tenant, target }: WantedTarget,
  { attempt, draft, account, credential }: Armed,
  claimAskedAtMs: number,
): Promise<'published' | 'over' | 'unknown'> {
  const heldForMs = performance.now() - claimAskedAtMs;
  if (heldForMs > claimHoldsMs) {
    await parts.tenants.use(tenant, (db) => closeEntry(db, attempt, { status: 'unknown' }));
    return 'unknown';
  }
  const calledAt = new Date();
  const answer = await callCommit(parts.graph, { draft, token: credential.token }, Math.floor(callEndsMs - heldForMs));
  if (!answer.ok && isRefused(answer.failure) && answer.failure.reaction === 'permanent') {
    // What somebody published by hand is refused as well.
    const sought = { claimedBy: attempt, draft, account, credential };
    const { seen, permalink } = await look(parts, { tenant, target }, sought);
    if (seen === 'live') return seenLive(parts, { tenant, target }, sought, { permalink, publishedAt: calledAt });
    if (seen !== 'not-live') {
      await parts.tenants.use(tenant, (db) => closeEntry(db, attempt, { status: 'unknown', calledAt }));
      return 'unknown';
    }
  }
  const called = { ledger: attempt, claimedBy: attempt, draft, calledAt, account, credential };
  return conclude(parts, { tenant, target }, called, answer);
}

async function parkOrGiveWay({ goingDown }: PublishParts, dueAtMs: number, offsetMs: number): Promise<void> {
  const { cancellationSignal, cancelled } = Context.current();
  try {
    await park(dueAtMs, offsetMs, AbortSignal.any([cancellationSignal, goingDown]));
  } catch (error) {
    if (goingDown.aborted) throw gaveWay();
    if (cancellationSignal.aborted) await cancelled;
    throw error;
  }
}

/** @returns when to try again, in ms since the epoch, where the claim came too early */
async function claimFor(
  { control, claims }: PublishParts,
  id: string,
  revision: number,
  attempt: string,
): Promise<'ours' | 'not-ours' | number> {
  try {
    if (await claims.claim({ id, revision, attempt })) return 'ours';
  } catch (error) {
    // The answer was lost: the row says whether the claim was made. When that cannot be read either, the retry reads it.
    Context.current().log.warn('The answer to a claim was lost', { activity: activityInfo().activityId });
    const entry = await readEntry(control, id);
    if (entry?.claimedBy === attempt) return 'ours';
    throw error;
  }
  const entry = await readEntry(control, id);
  const early = entry && entry.wanted === revision && !entry.claimedBy && dueAt(entry) > entry.now.getTime();
  return early ? dueAt(entry) : 'not-ours';
}

const dueAt = (entry: Entry): number => (entry.dueAt ?? entry.wantedAt).getTime();
