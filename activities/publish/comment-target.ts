import { v7 as uuidv7 } from 'uuid';
import type { Outcome } from '../../db/tenant/ledger/close.ts';
import { closeComment, giveUpComment, giveUpUncommented, sayUnwritten } from '../../db/tenant/ledger/comments.ts';
import { openOnce } from '../../db/tenant/ledger/open.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { publishId } from '../../workflows/ids.ts';
import { passing, waits } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { metaId } from '../graph/ids.ts';
import { tell } from '../tell.ts';
import { callEndsMs, claimHoldsMs } from './call-claimed.ts';
import { givenUp, nobody, unsaid, unwritten } from './comment-words.ts';
import { type Content, hashOf } from './content.ts';
import { diagnosticOf } from './failing.ts';
import type { Publisher } from './forms/form.ts';
import { putBack } from './lost-entry.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { readPublished } from './published.ts';
import { stands } from './stands.ts';

/** No call can be under way any more. */
const callOverMs = claimHoldsMs + callEndsMs;

/**
 * Writes the first comment below a published post, at most once: what may have been written is not written again.
 * @throws ApplicationFailure that is retried when Meta refused it for now, or another attempt may still be at it
 */
export const commentTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<'written' | 'none'> => {
    const { tenant, target, wanted } = ref;
    const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);
    const found = await readPublished(parts, ref);
    const text = found?.content.row.firstComment;
    if (!found) await inTenant((db) => giveUpUncommented(db, target, { unwritten: nobody, unsaid }));
    if (!found?.publisher.comment || !text) return 'none';
    const ledger = await inTenant((db) => readLedger(db, target));
    const silent = ledger.find(({ step, status }) => step === 'comment' && status === 'open');
    if (silent) {
      const givingUp = { target, entry: silent.id, unsaid, callOverMs };
      const restMs = await inTenant((db) => giveUpComment(db, givingUp));
      if (restMs > 0) throw waits('The first comment may be under way', restMs);
      return 'none';
    }
    if (!isCommentWanted(found.publisher, found.content, ledger)) return 'none';
    const id = uuidv7();
    const contentHash = hashOf([text]);
    const entry = { id, target, step: 'comment', revision: wanted, contentHash, status: 'open' } as const;
    const askedMs = performance.now();
    // Whoever was quicker may give it back: what became of that decides.
    if (!(await inTenant((db) => openOnce(db, entry)))) return commentTarget(parts)(ref);
    const close = async (outcome: Outcome) => {
      const words = { unwritten: givenUp, unsaid };
      if (!(await inTenant((db) => closeComment(db, { target, entry: id }, outcome, words)))) return;
      // It is written by whoever reads the rows next.
      await inTenant((db) => putBack(parts.control, tenant, db, [found.content.row]));
      await tell(parts, [{ workflow: publishId(tenant, target), revision: wanted }]);
    };
    if (performance.now() - askedMs > claimHoldsMs) {
      await close({ status: 'abandoned' });
      throw passing('It took too long until the first comment could be written');
    }
    const { publisher: _, ...at } = found;
    const answer = await found.publisher.comment({ graph: parts.graph, ...at }, text);
    const calledAt = new Date();
    if (answer.ok) {
      const made = metaId(answer.data.id);
      await close({ status: 'done', calledAt, ...(made ? { metaId: made } : {}) });
      return 'written';
    }
    const { failure } = answer;
    const status = statusOf(failure);
    await close({ status, diagnostic: diagnosticOf(failure), calledAt });
    if (status === 'unknown') return 'none';
    if (!(await stands(parts, ref, found, failure)))
      throw passing('Meta does not take the comment for now', failure.retryAfterMs);
    await inTenant((db) => sayUnwritten(db, target, `${unwritten}. ${failure.words}`));
    return 'none';
  };

function statusOf({ commit, sent }: GraphFailure): 'abandoned' | 'refused' | 'unknown' {
  if (sent === false) return 'abandoned';
  return commit === 'refused' ? 'refused' : 'unknown';
}

/** Whether a first comment is still to be seen to: what is done or unknown stays as it is, and what is open may be nobody's. */
export const isCommentWanted = ({ comment }: Publisher, { row }: Content, ledger: readonly LedgerRow[]): boolean =>
  comment !== undefined &&
  row.firstComment !== null &&
  !ledger.some(({ step, status }) => step === 'comment' && (status === 'done' || status === 'unknown'));
