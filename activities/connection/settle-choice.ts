import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { grantsIn } from '../../meta/capabilities.ts';
import type { Adopted } from './adopt-chosen-accounts.ts';
import { grantsToKeep } from './credential.ts';
import type { Missing } from './missing.ts';

/**
 * Ends the choice: what was found and not chosen is forgotten, with nothing kept of it. Where nothing could be connected the member
 * chooses again.
 */
export const settleChoice = (
  db: TenantDb,
  connection: string,
  missing: readonly Missing[],
  connected: boolean,
): Promise<Adopted> =>
  db.transaction().execute(async (trx) => {
    const moved = await trx
      .updateTable('connections')
      .set({
        state: connected ? 'connected' : 'choosing',
        since: sql`clock_timestamp()`,
        // What discovery said names accounts that were not chosen; of those nothing stays.
        missing: connected ? JSON.stringify(missing) : sql`missing || ${JSON.stringify(missing)}::jsonb`,
      })
      .where('id', '=', connection)
      .where('state', '=', 'connecting')
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return 'moved on';
    if (!connected) return 'none';
    await trx.deleteFrom('found_accounts').where('connection', '=', connection).execute();
    await forgetGrants(trx, connection);
    return 'connected';
  });

/** The grants of a login name every account that was ticked at Meta; those of the accounts that were not chosen here go. */
async function forgetGrants(trx: TenantDb, connection: string): Promise<void> {
  const login = await trx
    .selectFrom('credentials')
    .select(['id', 'granular_scopes'])
    .where('connection', '=', connection)
    .where('kind', '=', 'user')
    .executeTakeFirst();
  if (!login) return;
  const granularScopes = grantsIn(login.granular_scopes);
  const kept = await grantsToKeep(trx, connection, { granularScopes });
  await trx
    .updateTable('credentials')
    .set({ granular_scopes: JSON.stringify(kept) })
    .where('id', '=', login.id)
    .execute();
}
