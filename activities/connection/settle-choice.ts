import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Adopted } from './adopt-chosen-accounts.ts';
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
    return 'connected';
  });
