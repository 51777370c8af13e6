import type { TenantDb } from '../../tenant/pools.ts';
import type { ControlDb } from '../connect.ts';

const AT_ONCE = 500;

/**
 * Copies what is owed to a tenant's log into it. The id of an entry stays what it is, so that it stands there once however often it is
 * handed over, and by how many at the same time.
 * @returns the ids that stand there now
 */
export async function handOver(control: ControlDb, tenant: string, db: TenantDb): Promise<string[]> {
  const owed = await control
    .selectFrom('audit_owed')
    .select(['id', 'at', 'actor_kind', 'actor', 'action', 'subject', 'details'])
    .where('tenant', '=', tenant)
    .orderBy('at')
    .limit(AT_ONCE)
    .execute();
  if (!owed.length) return [];
  await db
    .insertInto('audit_log')
    .values(owed.map(({ details, ...entry }) => ({ ...entry, details: JSON.stringify(details) })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  return owed.map(({ id }) => id);
}
