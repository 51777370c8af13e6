import { setTimeout as sleep } from 'node:timers/promises';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { decide } from '../../db/tenant/targets/decide.ts';
import { openStates } from '../../db/tenant/targets/states.ts';
import { publishId } from '../../workflows/ids.ts';
import { tell } from '../tell.ts';
import { handOver } from './hand-over.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { dropRoutes, type Routed } from './routes.ts';
import { unsubscribe } from './unsubscribe.ts';

export interface LeavingAccount extends Routed {
  id: string;
}

/** Longer than a claimed call can be under way. */
const callsEndWithinMs = 25_000;
const lookEveryMs = 250;

const gone = 'The account was disconnected.';
const goneUnsaid = 'The account was disconnected before Facebook had said whether this is live. Look at the Page.';

/**
 * Lets go of accounts: another person's login takes over where there is one; of the others everything that is scheduled is canceled, Meta
 * stops telling us, and tokens and rows go. What was claimed by a commit is waited for, since its own outcome says the truth.
 * Posts, targets and the ledger stay: they are the tenant's, and say what happened.
 * @throws ApplicationFailure, retryable, while another tenant is at work on the same Page
 */
export async function forgetAccounts(
  parts: ConnectionParts,
  ref: ConnectionRef,
  accounts: readonly LeavingAccount[],
): Promise<{ forgotten: number; handedOver: number }> {
  const { tenants } = parts;
  const kept = await handOver(parts, ref, accounts);
  const leaving = accounts.filter(({ id }) => !kept.includes(id));
  const ids = leaving.map(({ id }) => id);
  const ofLeaving = (db: TenantDb) => openTargets(db).where('account', 'in', ids);
  if (ids.length) {
    const claimed = await cancel(parts, ref.tenant, await tenants.use(ref.tenant, (db) => ofLeaving(db).execute()));
    await outcomesOf(parts, ref.tenant, claimed);
    for (const [pageMetaId, ofPage] of Map.groupBy(leaving, ({ page_meta_id }) => page_meta_id)) {
      await unsubscribe(parts, ref, pageMetaId, ofPage);
      for (const account of ofPage) await dropRoutes(parts, ref.tenant, account);
    }
    await tenants.use(ref.tenant, (db) => db.deleteFrom('accounts').where('id', 'in', ids).execute());
  }
  await sweep(parts, ref.tenant);
  return { forgotten: ids.length, handedOver: kept.length };
}

const openTargets = (db: TenantDb) =>
  db.selectFrom('targets').select(['id', 'revision']).where('state', 'in', openStates);

interface Target {
  id: string;
  revision: number;
}

/** @returns what a commit has claimed */
async function cancel(parts: ConnectionParts, tenant: string, targets: readonly Target[]): Promise<string[]> {
  const stores = {
    control: parts.control,
    tenant,
    inTenant: <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work),
  };
  const candidates = targets.map((target) => ({ ...target, workflow: publishId(tenant, target.id) }));
  const { changes, tooLate } = await decide(stores, candidates, { state: 'canceled', reason: gone, from: openStates });
  await tell(parts, changes);
  return tooLate;
}

/** Waits for calls that are under way, no longer than they can be. */
async function outcomesOf(parts: ConnectionParts, tenant: string, claimed: readonly string[]): Promise<void> {
  for (const target of claimed) {
    for (;;) {
      const entry = await readEntry(parts.control, publishId(tenant, target));
      const sinceMs = entry?.claimedAt ? entry.now.getTime() - entry.claimedAt.getTime() : callsEndWithinMs;
      const open = await parts.tenants.use(tenant, (db) => openTargets(db).where('id', '=', target).executeTakeFirst());
      if (!open || sinceMs >= callsEndWithinMs) break;
      await sleep(lookEveryMs);
    }
  }
}

/** Nobody can look any more what became of a call, and what was scheduled at the last moment has no account. */
async function sweep(parts: ConnectionParts, tenant: string): Promise<void> {
  const { tenants } = parts;
  const left = await tenants.use(tenant, (db) => openTargets(db).where('account', 'is', null).execute());
  const claimed = await cancel(parts, tenant, left);
  if (!claimed.length) return;
  await tenants.use(tenant, (db) =>
    db
      .updateTable('targets')
      .set({ state: 'failed', reason: goneUnsaid, choices: [], held_for: null })
      .where('id', 'in', claimed)
      .where('account', 'is', null)
      .where('state', 'in', openStates)
      .execute(),
  );
}
