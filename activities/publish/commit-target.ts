import { activityInfo, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { clockOffsetMs } from '../../db/control/clock-offset.ts';
import { type Entry, readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { gaveWay } from '../failures.ts';
import { arm } from './arm.ts';
import { callClaimed } from './call-claimed.ts';
import type { CommitOutcome } from './conclude.ts';
import { itsTurn } from './its-turn.ts';
import { databaseClock, park } from './park.ts';
import type { PublishParts, WantedTarget } from './parts.ts';

/** So long before it is due it is looked whether another commit of the account is of unknown outcome: at the instant itself nothing is asked. */
const turnBeforeDueMs = 2_000;
/** So long before it is due its connection to Meta is opened, not all of one instant at once. */
const soonMs = () => 1_000 + Math.random() * 2_000;

/**
 * Waits for the due instant and makes the target public: parks, claims, calls. Whoever does not get the claim calls nothing.
 * @returns `unknown` when a call may have been made and its outcome is for the witness to find; `stale` when the rows must be read again
 * @throws ApplicationFailure that is retried when the worker goes down before the claim, or something has to come first
 */
export const commitTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<CommitOutcome | 'stale'> => {
    const id = publishId(ref.tenant, ref.target);
    const armed = await arm(parts, ref);
    if (typeof armed === 'string') return armed;
    // One for all its waits: at the due instant a thousand are let go of.
    const signal = AbortSignal.any([Context.current().cancellationSignal, parts.goingDown]);
    for (let dueAtMs = armed.dueAt.getTime(); ; ) {
      // Measured again after a claim that came too early: by the old measure the next one would come too early at once.
      const nowMs = databaseClock(await clockOffsetMs(parts.control));
      const until = (atMs: number) => parkOrGiveWay(parts, atMs, nowMs, signal);
      if (armed.publisher.oneAtATime) {
        await until(dueAtMs - turnBeforeDueMs);
        if ((await itsTurn(parts, ref, armed)) === 'over') return 'over';
      }
      await until(dueAtMs - soonMs());
      parts.graph.expectCall();
      await until(dueAtMs);
      // Who has not heard of its claim yet will call: those that were told first are not all there is.
      const claim = await parts.rush.call(() => claimFor(parts, id, ref.wanted, armed.attempt));
      if (claim.is === 'ours') return callClaimed(parts, ref, armed, claim.askedAtMs);
      if (claim.is === 'not-ours') return 'stale';
      ({ dueAtMs } = claim);
    }
  };

async function parkOrGiveWay(
  { goingDown }: PublishParts,
  atMs: number,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<void> {
  const { cancellationSignal, cancelled } = Context.current();
  try {
    await park(atMs, nowMs, signal);
  } catch (error) {
    if (goingDown.aborted) throw gaveWay();
    if (cancellationSignal.aborted) await cancelled;
    throw error;
  }
}

type Claim = { is: 'ours'; askedAtMs: number } | { is: 'not-ours' } | { is: 'early'; dueAtMs: number };

async function claimFor(
  { control, claims }: PublishParts,
  id: string,
  revision: number,
  attempt: string,
): Promise<Claim> {
  const noSoonerMs = performance.now();
  try {
    const askedAtMs = await claims.claim({ id, revision, attempt });
    if (askedAtMs !== undefined) return { is: 'ours', askedAtMs };
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    // The answer was lost: the row says whether the claim was made. When that cannot be read either, the retry reads it.
    Context.current().log.warn('The answer to a claim was lost', { activity: activityInfo().activityId });
    const entry = await readEntry(control, id);
    if (entry?.claimedBy === attempt) return { is: 'ours', askedAtMs: noSoonerMs };
    throw error;
  }
  const entry = await readEntry(control, id);
  const early = entry && entry.wanted === revision && !entry.claimedBy && dueAt(entry) > entry.now.getTime();
  return early ? { is: 'early', dueAtMs: dueAt(entry) } : { is: 'not-ours' };
}

const dueAt = (entry: Entry): number => (entry.dueAt ?? entry.wantedAt).getTime();
