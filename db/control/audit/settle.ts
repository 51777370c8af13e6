import type { TenantPools } from '../../tenant/pools.ts';
import type { ControlDb } from '../connect.ts';
import { handOver } from './hand-over.ts';

export interface Settled {
  /** Entries that moved into the logs of tenants. */
  settled: number;
  /** Why tenants could not be reached; theirs is handed over the next time. */
  failures: unknown[];
}

/** Hands over what is owed to the logs of all tenants, and forgets it here. A tenant that cannot be reached stops no other. */
export async function settle(control: ControlDb, tenants: TenantPools): Promise<Settled> {
  const result: Settled = { settled: 0, failures: [] };
  for (const tenant of await creditors(control)) {
    try {
      const ids = await tenants.use(tenant, (db) => handOver(control, tenant, db));
      if (ids.length) await control.deleteFrom('audit_owed').where('id', 'in', ids).execute();
      result.settled += ids.length;
    } catch (error) {
      result.failures.push(error);
    }
  }
  return result;
}

/** A tenant that is being made or closed has no log to write to. */
async function creditors(control: ControlDb): Promise<string[]> {
  const rows = await control
    .selectFrom('audit_owed as o')
    .innerJoin('tenants as t', 't.id', 'o.tenant')
    .select('o.tenant')
    .distinct()
    .where('t.state', '=', 'active')
    .execute();
  return rows.map(({ tenant }) => tenant);
}
