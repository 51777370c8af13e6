import { Context } from '@temporalio/activity';
import { record } from '../../db/tenant/targets/record.ts';
import type { Prepared } from '../../workflows/publish/facts.ts';
import { waits } from '../failures.ts';
import type { Piece } from './forms/form.ts';
import { keepQuota } from './keep-quota.ts';
import { makePiece } from './make-piece.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { isDone } from './plan.ts';
import { readyToPrepare } from './preparing.ts';

/**
 * Makes what is missing of one stage at Meta, where nobody sees it; what lies there already is not made again.
 * @returns `stale` when the rows must be read again
 * @throws ApplicationFailure that is retried while Meta is at work on it, or does not take it for now
 */
export const prepareTarget =
  (parts: PublishParts, stage: Piece['stage']) =>
  async (ref: WantedTarget): Promise<Prepared> => {
    const ready = await readyToPrepare(parts, ref);
    if (typeof ready === 'string') return ready;
    const { plan } = ready;
    if (stage === 'last' && !plan.isComplete('ahead')) return 'stale';
    const inTenant = (state: 'preparing' | 'armed') =>
      parts.tenants.use(ref.tenant, (db) => record(db, ref.target, { state, wanted: ref.wanted }));
    if (!plan.isComplete(stage)) {
      const { state, reason } = ready.content.row;
      if (state !== 'preparing' || reason) await inTenant('preparing');
      await keepQuota(parts, ref, ready);
    }
    const askAgainMs: number[] = [];
    for (const planned of plan.pieces.filter(({ piece }) => piece.stage === stage)) {
      if (plan.isComplete(stage) || isDone(planned)) continue;
      // Given up: by an edit, by a cancel.
      if (Context.current().cancellationSignal.aborted) await Context.current().cancelled;
      const made = await makePiece(parts, ref, ready, planned);
      if (made.is === 'over') return 'over';
      if (made.is === 'not-yet') askAgainMs.push(made.askAgainMs);
    }
    if (askAgainMs.length) throw waits('Meta is still at work on it', Math.min(...askAgainMs));
    if (stage === 'last' && !(await inTenant('armed'))) return 'stale';
    // The rows say by now that something is to be looked for at Meta; who reads them does it when there is time.
    return stage === 'last' && ready.isLost && !plan.isComplete(stage) ? 'stale' : 'ready';
  };
