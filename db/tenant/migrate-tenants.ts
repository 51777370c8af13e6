import { withDatabase } from '../admin.ts';
import type { ControlDb } from '../control/connect.ts';
import { migrateTenant } from './template.ts';

export interface TenantMigrated {
  tenant: string;
  /** What was carried out; none where the tenant was up to date. */
  migrations: string[];
  failure?: Error;
}

/**
 * Brings the databases of all tenants of a cluster to the newest version, one after the other. A database is at its old
 * version or at its new one, so that after a crash the same call goes on where it ended; one that fails stops no other.
 */
export async function* migrateTenants(
  control: ControlDb,
  { provisionerUrl, cluster }: { provisionerUrl: string; cluster: string },
): AsyncGenerator<TenantMigrated> {
  const tenants = await control
    .selectFrom('tenants')
    .select(['id', 'database'])
    .where('cluster', '=', cluster)
    .where('state', '=', 'active')
    .orderBy('id')
    .execute();
  for (const { id, database } of tenants) {
    try {
      yield { tenant: id, migrations: await migrateTenant(withDatabase(provisionerUrl, database)) };
    } catch (cause) {
      const failure = cause instanceof Error ? cause : new Error(String(cause));
      yield { tenant: id, migrations: [], failure };
    }
  }
}
