import { closeDone, closeEntry, closeUnlessBegun, forgetEntry } from '../../db/tenant/ledger/close.ts';
import { releaseParts } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { record } from '../../db/tenant/targets/record.ts';
import { publishId } from '../../workflows/ids.ts';
import { passing } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { tell } from '../tell.ts';
import { blamesLogin, diagnosticOf, end, giveUp } from './failing.ts';
import type { Made } from './forms/form.ts';
import type { NoFile } from './no-file.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import type { Ready } from './preparing.ts';
import { verdictOn } from './verdict-on.ts';

const stillAtWork = 'A day after its time Meta was still at work on what it was sent. Nothing was published.';

export type Settled = { is: 'ready' } | { is: 'over' } | { is: 'not-yet'; askAgainMs: number };

/**
 * Writes down what has become of a piece.
 * @throws ApplicationFailure that is retried when the failure is a passing one, or another login takes over
 */
export async function settlePiece(
  parts: PublishParts,
  ref: WantedTarget,
  ready: Ready,
  ledger: string,
  made: Made | NoFile,
): Promise<Settled> {
  const { tenant, target, wanted } = ref;
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);
  const { overdueMs } = ready;
  switch (made.is) {
    case 'not-yet':
      return (await inTenant((db) => giveUp(db, ref, overdueMs, { reason: stillAtWork }))) ? { is: 'over' } : made;
    case 'ready': {
      const still = await inTenant((db) => closeDone(db, ledger, { metaId: made.metaId, revision: wanted }));
      // Who wanted something else may have looked before this was there: it is to be cleaned up.
      if (!still) await tell(parts, [{ workflow: publishId(tenant, target), revision: wanted }]);
      return made;
    }
    case 'no-file':
      await inTenant((db) => forgetEntry(db, ledger));
      if (await inTenant((db) => endForFile(db, ref, overdueMs, made))) return { is: 'over' };
      throw passing('A file of it cannot be sent for now');
    case 'begin-anew': {
      const again = { ...made.failure, reaction: 'retry' } as const;
      await inTenant((db) => closeEntry(db, ledger, { status: 'refused', diagnostic: diagnosticOf(again) }));
      await inTenant((db) => releaseParts(db, ledger));
      if (await inTenant((db) => end(db, ref, again, overdueMs))) return { is: 'over' };
      throw passing('What was begun at Meta is begun anew');
    }
    case 'failed':
      await inTenant((db) => note(db, ledger, made.failure));
      return failed(parts, ref, ready, made.failure);
  }
}

async function note(db: TenantDb, ledger: string, failure: GraphFailure): Promise<void> {
  const status = failure.kind === 'refused' ? 'refused' : 'unknown';
  const outcome = { status, diagnostic: diagnosticOf(failure) } as const;
  // What Meta has an id for is gone on with; the rest is made anew.
  await (passes(failure) ? closeUnlessBegun(db, ledger, outcome) : closeEntry(db, ledger, outcome));
  if (failure.commit === 'refused') await releaseParts(db, ledger);
}

async function failed(
  parts: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  { content, credential, overdueMs }: Ready,
  failure: GraphFailure,
): Promise<Settled> {
  const login = { tenant, account: content.row.account };
  const verdict = blamesLogin(failure) ? await verdictOn(parts, login, credential, failure) : 'none';
  if (verdict === 'another') throw passing('Another login takes over');
  const isGood = verdict === 'lives';
  const over = await parts.tenants.use(tenant, async (db) => {
    const of = { target, wanted };
    // A new login would fare no better than one that Meta calls good: it passes, or it does not.
    const why = { reason: failure.words, diagnostic: diagnosticOf(failure) };
    if (await (isGood ? giveUp(db, of, overdueMs, why) : end(db, of, failure, overdueMs))) return true;
    // Hours may pass until Meta allows it, or somebody has done what it asks for.
    if (isGood || failure.reaction === 'retry-after')
      await record(db, target, { state: 'preparing', reason: failure.words, wanted });
    return false;
  });
  if (over) return { is: 'over' };
  throw passing('Meta did not take it for now', failure.retryAfterMs);
}

/** A folder that is not mounted, and memory that ran short, come back: it is said, and given up as late as everything else. */
async function endForFile(db: TenantDb, of: WantedTarget, overdueMs: number, { reason }: NoFile): Promise<boolean> {
  if (await giveUp(db, of, overdueMs, { reason })) return true;
  await record(db, of.target, { state: 'preparing', reason, wanted: of.wanted });
  return false;
}
