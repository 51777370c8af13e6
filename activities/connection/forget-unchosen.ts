import type { TenantDb } from '../../db/tenant/pools.ts';
import { holdDependents } from './dependents.ts';
import { forgetAccounts } from './forget-accounts.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

/**
 * Accounts that were connected and are no longer chosen are forgotten, after what was scheduled for them is canceled; of another person's
 * account only this login's spare token is. What Meta merely did not list this time stays: absence proves nothing.
 */
export async function forgetUnchosen(parts: ConnectionParts, ref: ConnectionRef): Promise<void> {
  const { tenant, connection } = ref;
  const unchosen = await parts.tenants.use(tenant, (db) => readUnchosen(db, connection));
  const own = unchosen.filter(({ owner }) => owner === connection);
  if (own.length) await forgetAccounts(parts, ref, own);
  const spareFor = unchosen.filter(({ owner }) => owner !== connection).map(({ id }) => id);
  if (!spareFor.length) return;
  await parts.tenants.use(tenant, (db) =>
    db.deleteFrom('credentials').where('connection', '=', connection).where('account', 'in', spareFor).execute(),
  );
  for (const account of spareFor) await holdDependents(parts, { tenant, account });
}

/** Of what was found and not chosen, the accounts for which this login has a token. */
const readUnchosen = (db: TenantDb, connection: string) =>
  db
    .selectFrom('accounts as a')
    .innerJoin('credentials as c', 'c.account', 'a.id')
    .innerJoin('found_accounts as f', (join) =>
      join
        .onRef('f.connection', '=', 'c.connection')
        .onRef('f.platform', '=', 'a.platform')
        .onRef('f.meta_id', '=', 'a.meta_id'),
    )
    .select(['a.id', 'a.connection as owner', 'a.platform', 'a.meta_id', 'a.page_meta_id'])
    .where('c.connection', '=', connection)
    .where('f.chosen', '=', false)
    .execute();
