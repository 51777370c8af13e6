import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { passing, waits } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import { blamesLogin, diagnosticOf, patienceMs } from './failing.ts';
import type { Published, Publisher } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type PublishedTarget, readPublished } from './published.ts';

const cannot = 'It stays published: Meta has no way for apps to delete this. Delete it by hand.';
const nobody = 'It stays published: no login of the account is left to delete it with. Delete it by hand.';
const notShown =
  'Meta neither deletes it nor shows it to us, so that nobody here can tell whether it is still there. Look at the account.';
const shown = 'It stays published: Meta shows it, and does not let it be deleted from here. Delete it by hand.';
const refusedForLong =
  'It stays published: Meta could not be reached, or refused, for a day. Try again, or delete it by hand.';

/** Meta's reads lag behind: what is not shown before that may have gone out a moment ago. */
const shownAfterMs = 120_000;

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
    const came = await callDelete(parts, ref, found);
    if (came === 'gone') return inTenant((db) => ends(db, ref.target, 'deleted'));
    if (came === 'not-shown') return inTenant((db) => ends(db, ref.target, 'published', notShown));
    if ('shownInMs' in came) throw waits('Meta may not show yet what was published a moment ago', came.shownInMs);
    const failure = came;
    if (isGone(failure)) return inTenant((db) => ends(db, ref.target, 'published', shown));
    if (!passes(failure))
      return inTenant((db) => ends(db, ref.target, 'published', `It stays published. ${failure.words}`));
    if (Date.now() - found.content.row.since.getTime() < patienceMs)
      throw passing('Meta has not deleted it yet', failure.retryAfterMs);
    return inTenant((db) => ends(db, ref.target, 'published', refusedForLong));
  };

/** What a deletion came to: why it was refused, or what a look at Meta says. */
type Came = GraphFailure | 'gone' | 'not-shown' | { shownInMs: number };

async function callDelete(
  { tenants, graph, witnessFactor }: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  found: PublishedTarget,
): Promise<Came> {
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
  const came = await deleted(publisher, { graph, ...at }, shownAfterMs * witnessFactor);
  const failure = typeof came === 'string' || 'shownInMs' in came ? undefined : came;
  const isRefused = came === 'not-shown' || (failure?.kind === 'refused' && !passes(failure));
  const status = came === 'gone' ? 'done' : isRefused ? 'refused' : 'unknown';
  const outcome = { status, ...(failure ? { diagnostic: diagnosticOf(failure) } : {}) } as const;
  await tenants.use(tenant, (db) => closeEntry(db, id, outcome));
  return came;
}

/**
 * Meta has refused what it did, and says of what it does not let be deleted that it is not there; it says the same of what it does not show to
 * us. So it is looked: gone is only what cannot be read any more while other posts of the account can, long enough after it went out.
 */
async function deleted(publisher: Publisher, at: Published, shownAfterMs: number): Promise<Came> {
  const answer = await publisher.deletePublished?.(at);
  if (!answer || answer.ok) return 'gone';
  if (passes(answer.failure) || blamesLogin(answer.failure)) return answer.failure;
  const read = await publisher.permalink(at);
  if (read.ok) return answer.failure;
  if (!isGone(read.failure)) return read.failure;
  const others = await publisher.lastPublished(at);
  if (!others.ok) return passes(others.failure) ? others.failure : 'not-shown';
  if (others.data.includes(at.metaId)) return answer.failure;
  const shownInMs = (at.content.row.publishedAt?.getTime() ?? 0) + shownAfterMs - Date.now();
  return shownInMs > 0 ? { shownInMs } : 'gone';
}

async function ends(db: TenantDb, target: string, state: 'deleted' | 'published', reason?: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ state, reason: reason ?? null, since: sql`clock_timestamp()` })
    .where('id', '=', target)
    .where('state', '=', 'deleting')
    .execute();
}
