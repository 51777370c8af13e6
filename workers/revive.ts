import { sweep } from '../activities/connection/sweep.ts';
import { putBack } from '../activities/publish/lost-entry.ts';
import type { ControlDb } from '../db/control/connect.ts';
import { withoutEntry } from '../db/control/workflows/reinstate.ts';
import { TenantNotFound } from '../db/tenant/locate.ts';
import type { TenantDb, TenantPools } from '../db/tenant/pools.ts';
import { unfinishedAfter } from '../db/tenant/targets/unfinished.ts';
import { publishId } from '../workflows/ids.ts';

const pageSize = 500;

/**
 * Puts back what should be alive and stands in no list of it, because the control database was restored from an older backup than the
 * tenant's, and ends what has lost its account since it was decided on. The relay tells the workflows.
 * @returns how many
 */
export async function revive({ control, tenants }: { control: ControlDb; tenants: TenantPools }): Promise<number> {
  const all = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
  const failures: unknown[] = [];
  let revived = 0;
  for (const { id: tenant } of all)
    try {
      revived += await tenants.use(tenant, (db) => reviveIn(control, tenant, db));
    } catch (error) {
      // One tenant's database that is away keeps nobody else's from being looked at.
      if (!(error instanceof TenantNotFound)) failures.push(error);
    }
  if (failures.length && !revived) throw failures[0];
  return revived;
}

/** The same for one tenant. */
export async function reviveIn(control: ControlDb, tenant: string, db: TenantDb): Promise<number> {
  let revived = 0;
  for (let page = await unfinishedAfter(db, undefined, pageSize); page.length; ) {
    const missing = await withoutEntry(
      control,
      page.map(({ id }) => publishId(tenant, id)),
    );
    const lost = page.filter(({ id }) => missing.has(publishId(tenant, id)));
    revived += await putBack(control, tenant, db, lost);
    page = await unfinishedAfter(db, page.at(-1)?.id, pageSize);
  }
  // What may have been called for is claimed again by now, and is not taken for canceled.
  await sweep({ control, tenant, inTenant: (work) => work(db) });
  return revived;
}
