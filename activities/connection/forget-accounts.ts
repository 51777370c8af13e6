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
import { dropRoutes, type Routed } from './routes.ts';
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
  // Another attempt may hand one over while this one is frozen: whose it is, is looked at each time.
  const its = async (among: readonly LeavingAccount[]) => {
    const ids = await tenants.use(tenant, (db) => accountsOf(db, connection));
    return among.filter(({ id }) => ids.has(id));
  };
  await handOver(parts, ref, accounts);
  let leaving = await its(accounts);
  if (leaving.length) {
    const ids = leaving.map(({ id }) => id);
    const candidates = await tenants.use(tenant, (db) => targetsOf(db, tenant, ids));
    const { changes, tooLate } = await letGo(stores, candidates, connection);
    await tell(parts, changes);
    await outcomesOf(parts, tenant, tooLate);
    leaving = await its(leaving);
    for (const [pageMetaId, ofPage] of Map.groupBy(leaving, ({ page_meta_id }) => page_meta_id)) {
      await unsubscribe(parts, ref, pageMetaId, ofPage);
      for (const account of ofPage) await dropRoutes(parts, tenant, account);
    }
    await tenants.use(tenant, (db) =>
      db.deleteFrom('accounts').where('id', 'in', ids).where('connection', '=', connection).execute(),
    );
  }
  await tell(parts, await sweep(stores));
  return { forgotten: leaving.length, handedOver: accounts.length - leaving.length };
}

async function accountsOf(db: TenantDb, connection: string): Promise<Set<string>> {
  const rows = await db.selectFrom('accounts').select('id').where('connection', '=', connection).execute();
  return new Set(rows.map(({ id }) => id));
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
