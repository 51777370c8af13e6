import { releaseClaim } from '../../db/control/workflows/release-claim.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import { waits } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { blamesLogin, diagnosticOf, end } from './failing.ts';
import type { Committed } from './forms/form.ts';
import { atWork, type Sought } from './look.ts';
import type { PublishParts, TargetRef } from './parts.ts';
import { verdictOn } from './verdict-on.ts';

export type CommitOutcome = 'published' | 'accepted' | 'over' | 'unknown';

export interface Called extends Sought {
  /** The ledger row of this call; that of the claim, or of a repetition under it. */
  ledger: string;
  calledAt: Date;
  /** The revision that was claimed. */
  wanted: number;
  credential: UsedCredential;
  overdueMs: number;
  /** By the monotonic clock: from then on a witness may have repeated the call, and that this one was refused says nothing any more. */
  provesUntilMs: number;
}

/** Where nobody says how long to wait until it is tried again. */
const waitWhenUnsaidMs = 30_000;

/**
 * Writes down what the answer to a commit says. Only a proven refusal gives the claim back: everything else may have
 * gone live, and is for the witness.
 * @throws ApplicationFailure that is retried when Meta, or we ourselves, refuse it for now: nothing is claimed then
 */
export async function conclude(
  parts: PublishParts,
  { tenant, target }: TargetRef,
  called: Called,
  answer: Committed,
): Promise<CommitOutcome> {
  const { control, tenants } = parts;
  const { ledger, claimedBy, subject, calledAt, wanted, provesUntilMs } = called;
  if (answer.ok) {
    const { is, metaId, permalink } = answer;
    await tenants.use(tenant, async (db) => {
      await closeEntry(db, ledger, { status: 'done', metaId: subject, calledAt });
      // Whoever reads the claim's own entry sees that Meta has taken it.
      if (ledger !== claimedBy) await closeEntry(db, claimedBy, { status: 'done' });
      const found = { ...(metaId ? { metaId } : {}), ...(permalink ? { permalink } : {}) };
      await record(
        db,
        target,
        is === 'published' ? { state: is, ...found } : { state: 'committing', reason: atWork, wanted, ...found },
      );
    });
    return is;
  }
  const { failure } = answer;
  const diagnostic = diagnosticOf(failure);
  const refused = isRefused(failure) || isRefusedForNow(failure);
  const login = { tenant, account: called.content.row.account };
  const verdict = refused && blamesLogin(failure) ? await verdictOn(parts, login, called.credential, failure) : 'none';
  if (!refused || verdict === 'lives' || performance.now() > provesUntilMs) {
    await tenants.use(tenant, async (db) => {
      await closeEntry(db, ledger, { status: 'unknown', diagnostic, calledAt });
      await record(db, target, { state: 'committing', diagnostic, wanted });
    });
    return 'unknown';
  }
  const ended = await tenants.use(tenant, async (db) => {
    const status = failure.sent === false ? 'abandoned' : 'refused';
    await closeEntry(db, ledger, { status, diagnostic, ...(failure.sent === false ? {} : { calledAt }) });
    // Looks have said that the claim's own call did nothing: the next attempt need not look for it.
    if (ledger !== claimedBy) await closeEntry(db, claimedBy, { status: 'refused' });
    // With another login the same is committed at once: the rows are read again, and nothing is claimed.
    if (verdict !== 'another' && (await end(db, { target, wanted }, failure, called.overdueMs))) return true;
    await record(db, target, { state: 'armed', reason: failure.words, diagnostic, wanted });
    return verdict === 'another';
  });
  await releaseClaim(control, publishId(tenant, target), claimedBy);
  if (ended) return 'over';
  throw waits('It may not go out just now', failure.retryAfterMs ?? waitWhenUnsaidMs);
}

/** This call did certainly nothing, and another would not either. */
export const isRefused = ({ commit, reaction }: GraphFailure): boolean =>
  commit === 'refused' && reaction !== 'retry' && reaction !== 'retry-after';

/** This call did certainly nothing; a later one may. */
export const isRefusedForNow = (failure: GraphFailure): boolean => failure.commit === 'refused' && !isRefused(failure);
