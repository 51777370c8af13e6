import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import { diagnosticOf } from './failing.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type PublishedTarget, readPublished } from './published.ts';

const cannot = 'It stays published: Meta has no way for apps to delete this. Delete it by hand.';
const nobody = 'It stays published: no login of the account is left to delete it with. Delete it by hand.';

/**
 * Deletes a published post at Meta, as its row asks. Repeating it does no harm: what is gone is gone.
 * @throws ApplicationFailure that is retried while Meta does not say
 */
export const deleteTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<void> => {
    const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(ref.tenant, work);
    const found = await readPublished(parts, ref);
    const reason = found?.publisher.deletePublished ? undefined : found ? cannot : nobody;
    if (!found || reason) return inTenant((db) => ends(db, ref.target, 'published', reason));
    const failure = await callDelete(parts, ref, found);
    if (!failure) return inTenant((db) => ends(db, ref.target, 'deleted'));
    if (passes(failure)) throw passing('Meta has not deleted it yet', failure.retryAfterMs);
    return inTenant((db) => ends(db, ref.target, 'published', `It stays published. ${failure.words}`));
  };

/** @returns why it was not deleted; undefined where it is gone */
async function callDelete(
  { tenants, graph }: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  found: PublishedTarget,
) {
  const { publisher, ...at } = found;
  const id = uuidv7();
  const { hash: contentHash } = found.content;
  const entry = {
    id,
    target,
    step: 'delete',
    metaId: found.metaId,
    revision: wanted,
    contentHash,
    status: 'open',
  } as const;
  await tenants.use(tenant, (db) => openEntry(db, entry));
  const answer = await publisher.deletePublished?.({ graph, ...at });
  const failure = answer && !answer.ok && !isGone(answer.failure) ? answer.failure : undefined;
  const status = failure ? (failure.kind === 'refused' && !passes(failure) ? 'refused' : 'unknown') : 'done';
  const outcome = { status, ...(failure ? { diagnostic: diagnosticOf(failure) } : {}) } as const;
  await tenants.use(tenant, (db) => closeEntry(db, id, outcome));
  return failure;
}

async function ends(db: TenantDb, target: string, state: 'deleted' | 'published', reason?: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ state, reason: reason ?? null, since: sql`clock_timestamp()` })
    .where('id', '=', target)
    .where('state', '=', 'deleting')
    .execute();
}
