import type { TenantDb } from '../../db/tenant/pools.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { dropRoutes } from './routes.ts';

/**
 * Accounts that were connected and are no longer chosen: their tokens go, and so do they where no post of theirs is kept. What Meta merely did
 * not list this time stays: absence proves nothing.
 */
export async function forgetUnchosen(
  parts: Pick<ConnectionParts, 'control' | 'tenants' | 'routeKey'>,
  { tenant, connection }: ConnectionRef,
): Promise<void> {
  const forgotten = await parts.tenants.use(tenant, (db) =>
    db.transaction().execute(async (trx) => {
      const unchosen = await readUnchosen(trx, connection);
      const ids = unchosen.map(({ id }) => id);
      if (!ids.length) return [];
      await trx.deleteFrom('credentials').where('connection', '=', connection).where('account', 'in', ids).execute();
      await trx
        .deleteFrom('accounts as a')
        .where('a.id', 'in', ids)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('targets as t').select('t.id').whereRef('t.account', '=', 'a.id'))),
        )
        .execute();
      return unchosen;
    }),
  );
  for (const account of forgotten) await dropRoutes(parts, tenant, account);
}

const readUnchosen = (trx: TenantDb, connection: string) =>
  trx
    .selectFrom('accounts as a')
    .innerJoin('found_accounts as f', (join) =>
      join
        .onRef('f.connection', '=', 'a.connection')
        .onRef('f.platform', '=', 'a.platform')
        .onRef('f.meta_id', '=', 'a.meta_id'),
    )
    .select(['a.id', 'a.platform', 'a.meta_id', 'a.page_meta_id'])
    .where('a.connection', '=', connection)
    .where('f.chosen', '=', false)
    .execute();
