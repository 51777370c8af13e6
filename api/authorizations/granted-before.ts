import type { TenantDb } from '../../db/tenant/pools.ts';

/** What was granted before, to a connection or to whoever of the tenant's people comes: logging in once more asks for no less. */
export async function grantedBefore(db: TenantDb, connection?: string): Promise<string[]> {
  const logins = db.selectFrom('credentials').select('scopes').where('kind', '=', 'user');
  const asked = connection === undefined ? logins : logins.where('connection', '=', connection);
  const rows = await asked.execute();
  return [...new Set(rows.flatMap(({ scopes }) => scopes))];
}
