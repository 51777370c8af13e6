import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { UserCredential } from './credential.ts';
import type { Found } from './found.ts';
import type { Missing } from './missing.ts';
import type { Ungranted } from './ungranted.ts';

interface Discovery {
  /** With whose login it was made: another that has come since is discovered anew. */
  user: Pick<UserCredential, 'id' | 'sealed'>;
  found: readonly Found[];
  missing: readonly Missing[];
  ungranted: Ungranted;
}

/**
 * Shows a member what there is to choose from. What is connected already stays chosen unless it is unticked.
 * @returns false where the connection is no longer about discovering, or about another login
 */
export const keepFound = (
  db: TenantDb,
  connection: string,
  { user, found, missing, ungranted }: Discovery,
): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const connections = trx.selectFrom('connections').select('state').where('id', '=', connection);
    if ((await connections.forUpdate().executeTakeFirst())?.state !== 'discovering') return false;
    const { numUpdatedRows } = await trx
      .updateTable('credentials')
      .set({ ungranted: JSON.stringify(ungranted) })
      .where('id', '=', user.id)
      .where('token_sealed', '=', user.sealed)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await trx
      .updateTable('connections')
      .set({
        state: 'choosing',
        since: sql`clock_timestamp()`,
        discovered_at: sql`clock_timestamp()`,
        missing: JSON.stringify(missing),
      })
      .where('id', '=', connection)
      .execute();
    await trx.deleteFrom('found_accounts').where('connection', '=', connection).execute();
    await insert(trx, connection, found);
    return true;
  });

const rowsAtOnce = 1_000;

async function insert(trx: TenantDb, connection: string, found: readonly Found[]): Promise<void> {
  const connected = await trx
    .selectFrom('accounts as a')
    .innerJoin('credentials as c', 'c.account', 'a.id')
    .select(['a.platform', 'a.meta_id'])
    .where('c.connection', '=', connection)
    .execute();
  const isConnected = ({ platform, metaId }: Found) =>
    connected.some((account) => account.platform === platform && account.meta_id === metaId);
  const rows = found.map((one) => ({
    id: uuidv7(),
    connection,
    platform: one.platform,
    meta_id: one.metaId,
    page_meta_id: one.pageMetaId,
    name: one.name,
    username: one.username ?? null,
    tasks: one.tasks,
    chosen: isConnected(one),
  }));
  // A statement has 65,535 parameters at most, and an agency more Pages than that allows.
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await trx
      .insertInto('found_accounts')
      .values(rows.slice(at, at + rowsAtOnce))
      .execute();
}
