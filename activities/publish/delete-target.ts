import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import { blamesLogin, diagnosticOf, patienceMs } from './failing.ts';
import type { Published, Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type PublishedTarget, readPublished } from './published.ts';

const cannot = 'It stays published: Meta has no way for apps to delete this. Delete it by hand.';
const nobody = 'It stays published: no login of the account is left to delete it with. Delete it by hand.';
const refusedForLong =
  'It stays published: Meta could not be reached, or refused, for a day. Try again, or delete it by hand.';

/**
 * Deletes a published post at Meta, as its row asks. Repeating it does no harm: what is gone is gone.
 * @throws ApplicationFailure that is retried while Meta does not say
 */
export const deleteTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<void> => {
    const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(ref.tenant, work);
    const found = await readPublished(parts, ref);
    if (found && found.content.row.state !== 'deleting') return;
    const reason = found?.publisher.deletePublished ? undefined : found ? cannot : nobody;
    if (!found || reason) return inTenant((db) => ends(db, ref.target, 'published', reason));
    const failure = await callDelete(parts, ref, found);
    if (!failure) return inTenant((db) => ends(db, ref.target, 'deleted'));
    if (!passes(failure))
      return inTenant((db) => ends(db, ref.target, 'published', `It stays published. ${failure.words}`));
    if (Date.now() - found.content.row.since.getTime() < patienceMs)
      throw passing('Meta has not deleted it yet', failure.retryAfterMs);
    return inTenant((db) => ends(db, ref.target, 'published', refusedForLong));
  };

/** @returns why it was not deleted; undefined where it is gone */
async function callDelete(
  { tenants, graph }: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  found: PublishedTarget,
) {
  const { publisher, ...at } = found;
  const { hash: contentHash } = found.content;
  const { metaId } = found;
  const call = { target, step: 'delete', metaId, revision: wanted, contentHash, status: 'open' } as const;
  const id = await tenants.use(tenant, async (db) => {
    // Left by an attempt that died: this one finds out what became of it.
    const left = (await readLedger(db, target)).find(({ step, status }) => step === 'delete' && status === 'open');
    if (left) return left.id;
    const entry = { id: uuidv7(), ...call };
    await openEntry(db, entry);
    return entry.id;
  });
  const failure = await deleted(publisher, { graph, ...at });
  const status = failure ? (failure.kind === 'refused' && !passes(failure) ? 'refused' : 'unknown') : 'done';
  const outcome = { status, ...(failure ? { diagnostic: diagnosticOf(failure) } : {}) } as const;
  await tenants.use(tenant, (db) => closeEntry(db, id, outcome));
  return failure;
}

/** Meta has refused what it did, and says of what it does not let be deleted that it is not there: only what cannot be read any more is gone. */
async function deleted(publisher: Publisher, at: Published): Promise<GraphFailure | undefined> {
  const answer = await publisher.deletePublished?.(at);
  if (!answer || answer.ok) return undefined;
  if (passes(answer.failure) || blamesLogin(answer.failure)) return answer.failure;
  const read = await publisher.permalink(at);
  if (!read.ok && isGone(read.failure)) return undefined;
  return read.ok ? answer.failure : read.failure;
}

async function ends(db: TenantDb, target: string, state: 'deleted' | 'published', reason?: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ state, reason: reason ?? null, since: sql`clock_timestamp()` })
    .where('id', '=', target)
    .where('state', '=', 'deleting')
    .execute();
}
