import type { TenantDb } from '../../db/tenant/pools.ts';
import { exits, OpsFailure } from './command.ts';
import { explain } from './failure.ts';
import type { Finding } from './finding.ts';
import type { Ops } from './open.ts';

export interface Gathered<T> {
  items: T[];
  /** Tenants that could not be looked at. */
  findings: Finding[];
}

/**
 * Looks into the database of every active tenant, or of one. One that does not answer hides no other.
 * @throws OpsFailure for a tenant that there is not
 */
export async function eachTenant<T>(
  { control, tenants }: Ops,
  only: string | undefined,
  look: (db: TenantDb, tenant: string) => Promise<T[]>,
): Promise<Gathered<T>> {
  const rows = await control.selectFrom('tenants').select(['id', 'state']).orderBy('id').execute();
  const chosen = rows.filter(({ id, state }) => (only === undefined ? state === 'active' : id === only));
  if (only !== undefined && !chosen.length)
    throw new OpsFailure(exits.notFound, `There is no tenant ${only}.`, 'See all: npm run ops -- tenants');
  const gathered: Gathered<T> = { items: [], findings: [] };
  for (const { id } of chosen) {
    try {
      gathered.items.push(...(await tenants.use(id, (db) => look(db, id))));
    } catch (cause) {
      const { wrong, next } = explain(cause);
      gathered.findings.push({ about: id, wrong: `Its database cannot be looked at: ${wrong}`, next });
    }
  }
  return gathered;
}
