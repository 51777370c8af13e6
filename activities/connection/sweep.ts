import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Decided, Stores } from '../../db/tenant/targets/decide.ts';
import { endable, goneUnsaid, letGo } from '../../db/tenant/targets/let-go.ts';
import { openStates } from '../../db/tenant/targets/states.ts';
import { publishId } from '../../workflows/ids.ts';

/**
 * Ends what has no account any more: no workflow can go on with it, and nobody can look what became of a call.
 * @returns whom to tell
 */
export async function sweep(stores: Stores): Promise<Decided['changes']> {
  const { tenant, inTenant } = stores;
  const left = await inTenant((db) =>
    withoutAccount(db).select(['id', 'revision']).where('state', 'in', endable).execute(),
  );
  const candidates = left.map((target) => ({ ...target, workflow: publishId(tenant, target.id) }));
  const { changes, tooLate } = await letGo(stores, candidates);
  if (tooLate.length) await inTenant((db) => unsay(db, tooLate));
  return changes;
}

const withoutAccount = (db: TenantDb) => db.selectFrom('targets').where('account', 'is', null);

/** Claimed by a commit whose outcome nobody will write any more. */
const unsay = (db: TenantDb, claimed: string[]) =>
  db
    .updateTable('targets')
    .set({ state: 'failed', reason: goneUnsaid, choices: [], held_for: null })
    .where('id', 'in', claimed)
    .where('account', 'is', null)
    .where((eb) => eb.or([eb('state', 'in', openStates), eb('held_for', '=', 'outcome')]))
    .execute();
