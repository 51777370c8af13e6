import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { AuthType } from './dialog.ts';

/**
 * How the dialog has to ask. Once Meta has stopped to show Instagram's data, only `reauthorize` brings it back; what was declined is not offered
 * again without `rerequest`. For a connection, or for whoever of the tenant's people comes: asking again does no harm to the others.
 */
export async function authTypeFor(db: TenantDb, connection?: string): Promise<AuthType | undefined> {
  const logins = db
    .selectFrom('credentials')
    .select(({ fn }) => [
      fn.agg<boolean | null>('bool_or', [sql`data_access_expires_at <= clock_timestamp()`]).as('ended'),
      fn.agg<boolean | null>('bool_or', [sql`ungranted <> '{}'`]).as('ungranted'),
    ])
    .where('kind', '=', 'user');
  const asked = connection === undefined ? logins : logins.where('connection', '=', connection);
  const { ended, ungranted } = await asked.executeTakeFirstOrThrow();
  if (ended && connection !== undefined) return 'reauthorize';
  return ungranted ? 'rerequest' : undefined;
}
