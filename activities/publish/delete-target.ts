import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { closeEntry, type Outcome } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { type LedgerRow, readLedger } from '../../db/tenant/ledger/read.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { giveUpDeletion, isDeleted, staysPublished } from '../../db/tenant/targets/end-deletion.ts';
import { passing, waits } from '../failures.ts';
import type { GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { isGone } from '../graph/is-gone.ts';
import { callEndsMs } from './call-claimed.ts';
import { blamesLogin, diagnosticOf, patienceMs } from './failing.ts';
import type { Published } from './forms/form.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type PublishedTarget, readPublished } from './published.ts';
import { stands } from './stands.ts';

const cannot = 'It stays published: Meta has no way for apps to delete this. Delete it by hand.';
const nobody = 'It stays published: no login of the account is left to delete it with. Delete it by hand.';
const notShown =
  'Meta neither deletes it nor shows it to us, so that nobody here can tell whether it is still there. Look at the account.';
const shown = 'It stays published: Meta shows it, and does not let it be deleted from here. Delete it by hand.';
const refusedForLong =
  'It stays published: Meta could not be reached, or refused, for a day. Try again, or delete it by hand.';

/** Meta's reads lag behind: what is not shown before that may have gone out a moment ago, and what is shown may be gone since. */
const shownAfterMs = 120_000;

/**
 * `unseen`: Meta does not show it, nor anything else of which we know. `early`: it may not be shown yet. `late`: an earlier call may have deleted
 * it, and it may be shown still.
 */
type Deleted =
  | { is: 'gone' | 'unseen' }
  | { is: 'early' | 'late'; againInMs: number }
  | { is: 'failed'; failure: GraphFailure };

/**
 * Deletes a published post at Meta, as its row asks. Repeating it does no harm: what is gone is gone.
 * @throws ApplicationFailure that is retried while Meta does not say
 */
export const deleteTarget =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<void> => {
    const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(ref.tenant, work);
    const stays = (reason: string) => inTenant((db) => staysPublished(db, ref.target, reason));
    const giveUp = (stays: string, remedy?: string) =>
      inTenant((db) => giveUpDeletion(db, ref.target, { stays, remedy }));
    const found = await readPublished(parts, ref);
    if (!found) return giveUp(nobody);
    if (found.content.row.state !== 'deleting') return;
    if (!found.publisher.deletePublished) return stays(cannot);
    const deleted = await callDelete(parts, ref, found);
    switch (deleted.is) {
      case 'gone':
        return inTenant((db) => isDeleted(db, ref.target));
      case 'unseen':
        return stays(notShown);
      case 'early':
        throw waits('Meta may not show yet what was published a moment ago', deleted.againInMs);
      case 'late':
        throw waits('Meta may still show what was deleted a moment ago', deleted.againInMs);
      case 'failed': {
        const { failure } = deleted;
        if (await stands(parts, ref, found, failure))
          return isGone(failure) ? stays(shown) : giveUp(`It stays published. ${failure.words}`, failure.words);
        if (Date.now() - found.content.row.since.getTime() < patienceMs)
          throw passing('Meta has not deleted it yet', failure.retryAfterMs);
        return giveUp(refusedForLong);
      }
    }
  };

async function callDelete(parts: PublishParts, ref: WantedTarget, found: PublishedTarget): Promise<Deleted> {
  const { tenant, target, wanted } = ref;
  const { metaId, content } = found;
  const call = { target, step: 'delete', metaId, revision: wanted, contentHash: content.hash, status: 'open' } as const;
  const { id, unheard } = await parts.tenants.use(tenant, async (db) => {
    const unheard = (await readLedger(db, target)).filter(isUnheard);
    // Left by an attempt that died: this one finds out what became of it.
    const left = unheard.find(({ status }) => status === 'open');
    if (left) return { id: left.id, unheard };
    const entry = { id: uuidv7(), ...call };
    await openEntry(db, entry);
    return { id: entry.id, unheard };
  });
  const deleted = await deleteOrLook(parts, ref, found, unheard);
  const isLeft = unheard.some((earlier) => earlier.id === id);
  await parts.tenants.use(tenant, (db) => closeEntry(db, id, outcomeOf(deleted, isLeft)));
  return deleted;
}

/** A deletion that Meta may have carried out, as far as is known. */
const isUnheard = ({ step, status }: LedgerRow) => step === 'delete' && (status === 'open' || status === 'unknown');

/** When no such call can be under way any more. */
const overAtMs = ({ openedAt, closedAt }: LedgerRow) => (closedAt ?? openedAt).getTime() + callEndsMs;

/**
 * Meta has refused what it did, and says of what it does not let be deleted that it is not there; it says the same of what it does not show to
 * us. So it is looked: gone is only what cannot be read any more while what else is there can, long enough after it went out.
 */
async function deleteOrLook(
  { graph, tenants, witnessFactor }: PublishParts,
  { tenant, target }: WantedTarget,
  { publisher, ...found }: PublishedTarget,
  unheard: readonly LedgerRow[],
): Promise<Deleted> {
  const at: Published = { graph, ...found };
  const { account, publishedAt } = at.content.row;
  const answer = await publisher.deletePublished?.(at);
  if (!answer || answer.ok) return { is: 'gone' };
  if (passes(answer.failure) || blamesLogin(answer.failure)) return failed(answer.failure);
  const lagMs = shownAfterMs * witnessFactor;
  const isShown = async (): Promise<Deleted> => {
    const againInMs = Math.max(...unheard.map(overAtMs)) + lagMs - Date.now();
    if (isGone(answer.failure) && againInMs > 0) return { is: 'late', againInMs };
    // It would not be shown any more, had one of those been carried out.
    if (againInMs <= 0)
      await tenants.use(tenant, async (db) => {
        for (const { id } of unheard) await closeEntry(db, id, { status: 'refused' });
      });
    return failed(answer.failure);
  };
  const read = await publisher.permalink(at);
  if (read.ok) return isShown();
  if (!isGone(read.failure)) return failed(read.failure);
  const others = await publisher.lastPublished(at);
  if (!others.ok) return passes(others.failure) ? failed(others.failure) : { is: 'unseen' };
  if (others.data.includes(at.metaId)) return isShown();
  const againInMs = (publishedAt?.getTime() ?? 0) + lagMs - Date.now();
  if (againInMs > 0) return { is: 'early', againInMs };
  // A list of nothing is that of an account which shows us nothing, unless there was nothing else.
  const isEmpty = others.data.length === 0;
  if (isEmpty && (await tenants.use(tenant, (db) => hasOthers(db, { account, target }, lagMs))))
    return { is: 'unseen' };
  return { is: 'gone' };
}

const failed = (failure: GraphFailure): Deleted => ({ is: 'failed', failure });

/** @param isLeft the same was called for by an attempt that died, of which this answer says nothing */
function outcomeOf(deleted: Deleted, isLeft: boolean): Outcome {
  switch (deleted.is) {
    case 'gone':
      return { status: 'done' };
    case 'unseen':
      return { status: 'refused' };
    case 'early':
      return { status: 'unknown' };
    case 'late':
      // This call found nothing to delete: what it looks for is not put off by it.
      return { status: isLeft ? 'unknown' : 'refused' };
    case 'failed': {
      const { failure } = deleted;
      const diagnostic = diagnosticOf(failure);
      if (failure.sent === false && !isLeft) return { status: 'abandoned', diagnostic };
      // Only what Meta shows says anything of a call that was made before.
      const isUnclear = passes(failure) || (isLeft && !isGone(failure));
      return { status: isUnclear ? 'unknown' : 'refused', diagnostic };
    }
  }
}

/** Whether other posts of ours are live at the account that its list of posts would show. */
async function hasOthers(
  db: TenantDb,
  { account, target }: { account: string; target: string },
  lagMs: number,
): Promise<boolean> {
  const other = await db
    .selectFrom('targets')
    .select('id')
    .where('account', '=', account)
    .where('id', '!=', target)
    .where('state', '=', 'published')
    .where('meta_id', 'is not', null)
    // Stories are not listed among posts.
    .where('kind', '!=', 'story')
    .where('published_at', '<', sql<Date>`clock_timestamp() - make_interval(secs => ${lagMs / 1_000})`)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
