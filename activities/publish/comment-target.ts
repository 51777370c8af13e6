import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openOnce } from '../../db/tenant/ledger/open.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { sayOfPublished } from '../../db/tenant/targets/record.ts';
import { passing } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { metaId } from '../graph/ids.ts';
import { claimHoldsMs } from './call-claimed.ts';
import { type Content, hashOf } from './content.ts';
import { diagnosticOf } from './failing.ts';
import type { Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { readPublished } from './published.ts';

const unsaid = 'Meta did not say whether the first comment was written. Look at the post.';

/**
 * Writes the first comment below a published post, at most once: what may have been written is not written again.
 * @throws ApplicationFailure that is retried when Meta refused it for now
 */
export const commentTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<'written' | 'none'> => {
    const { tenant, target, wanted } = ref;
    const found = await readPublished(parts, ref);
    const text = found?.content.row.firstComment;
    if (!found?.publisher.comment || !text) return 'none';
    const ledger = await parts.tenants.use(tenant, (db) => readLedger(db, target));
    const broken = ledger.find(({ step, status }) => step === 'comment' && status === 'open');
    if (broken) await parts.tenants.use(tenant, (db) => giveUp(db, target, broken.id));
    if (!isCommentWanted(found.publisher, found.content, ledger)) return 'none';
    const id = uuidv7();
    const entry = {
      id,
      target,
      step: 'comment',
      revision: wanted,
      contentHash: hashOf([text]),
      status: 'open',
    } as const;
    const openedAtMs = performance.now();
    if (!(await parts.tenants.use(tenant, (db) => openOnce(db, entry)))) return 'none';
    if (performance.now() - openedAtMs > claimHoldsMs) {
      // Frozen meanwhile: whoever took over has said that nobody knows.
      await parts.tenants.use(tenant, (db) => closeEntry(db, id, { status: 'abandoned' }));
      return 'none';
    }
    const { publisher: _, ...at } = found;
    const answer = await found.publisher.comment({ graph: parts.graph, ...at }, text);
    const calledAt = new Date();
    if (answer.ok) {
      const made = metaId(answer.data.id);
      const outcome = { status: 'done', calledAt, ...(made ? { metaId: made } : {}) } as const;
      await parts.tenants.use(tenant, (db) => closeEntry(db, id, outcome));
      return 'written';
    }
    const { failure } = answer;
    const status = statusOf(failure);
    const last = status === 'unknown' || !passes(failure);
    await parts.tenants.use(tenant, async (db) => {
      await closeEntry(db, id, { status, diagnostic: diagnosticOf(failure), calledAt });
      const words = status === 'unknown' ? unsaid : `The first comment was not written. ${failure.words}`;
      if (last) await sayOfPublished(db, target, words);
    });
    if (last) return 'none';
    throw passing('Meta does not take the comment for now', failure.retryAfterMs);
  };

/** Whoever was at it died before the answer came, and nobody else is at it. */
async function giveUp(db: TenantDb, target: string, id: string): Promise<void> {
  await closeEntry(db, id, { status: 'unknown' });
  await sayOfPublished(db, target, unsaid);
}

function statusOf({ commit, sent }: GraphFailure): 'abandoned' | 'refused' | 'unknown' {
  if (sent === false) return 'abandoned';
  return commit === 'refused' ? 'refused' : 'unknown';
}

/** Whether a first comment is still to be written: an entry that is open, done or unknown may be one. */
export const isCommentWanted = ({ comment }: Publisher, { row }: Content, ledger: readonly LedgerRow[]): boolean =>
  comment !== undefined &&
  row.firstComment !== null &&
  !ledger.some(({ step, status }) => step === 'comment' && status !== 'refused' && status !== 'abandoned');
