import { setTimeout as sleep } from 'node:timers/promises';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Stores } from '../../db/tenant/targets/decide.ts';
import { endable, letGo } from '../../db/tenant/targets/let-go.ts';
import { isOpen } from '../../db/tenant/targets/states.ts';
import { publishId } from '../../workflows/ids.ts';
import { tell } from '../tell.ts';
import { handOver } from './hand-over.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { dropRoutes, mendRoutes, type Routed } from './routes.ts';
import { sweep } from './sweep.ts';
import { unsubscribe } from './unsubscribe.ts';

export interface LeavingAccount extends Routed {
  id: string;
}

/** Longer than a claimed call can be under way. */
const callsEndWithinMs = 25_000;
const lookEveryMs = 250;

/**
 * Lets go of accounts: another person's login takes over where there is one; of the others everything that is scheduled or held ends, Meta
 * stops telling us, and tokens and rows go. What was claimed by a commit is waited for, since its own outcome says the truth.
 * Posts, targets and the ledger stay: they are the tenant's, and say what happened.
 * @throws ApplicationFailure, retryable, while another tenant is at work on the same Page
 */
export async function forgetAccounts(
  parts: ConnectionParts,
  ref: ConnectionRef,
  accounts: readonly LeavingAccount[],
): Promise<{ forgotten: number; handedOver: number }> {
  const { control, tenants } = parts;
  const { tenant, connection } = ref;
  const stores: Stores = { control, tenant, inTenant: (work) => tenants.use(tenant, work) };
  const inOne = <T>(work: (trx: TenantDb) => Promise<T>) =>
    tenants.use(tenant, (db) => db.transaction().execute((trx) => work(trx)));
  // At each step anew: somebody may connect one meanwhile, and another attempt hand it over while this one is frozen.
  const stillLeaving = (among: readonly LeavingAccount[]) => inOne((trx) => handOver(trx, connection, among));
  const forget = (among: readonly LeavingAccount[]) =>
    inOne(async (trx) => {
      const own = await handOver(trx, connection, among);
      if (own.length) {
        await trx.deleteFrom('notices').where('subject', 'in', idsOf(own)).execute();
        await trx.deleteFrom('accounts').where('id', 'in', idsOf(own)).execute();
      }
      return own;
    });
  const leaving = await stillLeaving(accounts);
  const going: LeavingAccount[] = [];
  if (leaving.length) {
    const candidates = await tenants.use(tenant, (db) => targetsOf(db, tenant, idsOf(leaving)));
    const { changes, tooLate } = await letGo(stores, candidates, connection);
    await tell(parts, changes);
    await outcomesOf(parts, tenant, tooLate);
    for (const [pageMetaId, ofPage] of Map.groupBy(leaving, ({ page_meta_id }) => page_meta_id)) {
      const goingOfPage = await stillLeaving(ofPage);
      if (!goingOfPage.length) continue;
      await unsubscribe(parts, ref, pageMetaId, goingOfPage);
      for (const account of goingOfPage) await dropRoutes(parts, tenant, account);
      going.push(...goingOfPage);
    }
  }
  const gone = await forget(going);
  // Somebody may have connected one in this moment; the daily look mends the subscription.
  for (const account of going) if (!gone.includes(account)) await mendRoutes(parts, tenant, account);
  await tell(parts, await sweep(stores));
  return { forgotten: gone.length, handedOver: await tenants.use(tenant, (db) => countOf(db, idsOf(accounts))) };
}

const idsOf = (accounts: readonly LeavingAccount[]) => accounts.map(({ id }) => id);

/** How many of them are still there. */
async function countOf(db: TenantDb, accounts: readonly string[]): Promise<number> {
  if (!accounts.length) return 0;
  const rows = await db.selectFrom('accounts').select('id').where('id', 'in', accounts).execute();
  return rows.length;
}

async function targetsOf(db: TenantDb, tenant: string, accounts: readonly string[]) {
  const rows = await db
    .selectFrom('targets')
    .select(['id', 'revision'])
    .where('account', 'in', accounts)
    .where('state', 'in', endable)
    .execute();
  return rows.map((row) => ({ ...row, workflow: publishId(tenant, row.id) }));
}

/** Waits for calls that are under way, no longer than they can be. */
async function outcomesOf(parts: ConnectionParts, tenant: string, claimed: readonly string[]): Promise<void> {
  for (const target of claimed) {
    for (;;) {
      const entry = await readEntry(parts.control, publishId(tenant, target));
      const sinceMs = entry?.claimedAt ? entry.now.getTime() - entry.claimedAt.getTime() : callsEndWithinMs;
      const row = await parts.tenants.use(tenant, (db) =>
        db.selectFrom('targets').select('state').where('id', '=', target).executeTakeFirst(),
      );
      if (!row || !isOpen(row.state) || sinceMs >= callsEndWithinMs) break;
      await sleep(lookEveryMs);
    }
  }
}
