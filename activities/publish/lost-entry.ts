import type { LostEntry } from '../../db/control/workflows/reinstate.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { claimedCommit, type Unfinished } from '../../db/tenant/targets/unfinished.ts';
import { publishId } from '../../workflows/ids.ts';

/** The entry of a target whose own was lost. What was being made public is claimed again, so that it is looked for and not called for anew. */
export async function lostEntry(db: TenantDb, tenant: string, row: Unfinished): Promise<LostEntry> {
  const by = row.state === 'committing' ? await claimedCommit(db, row.id) : undefined;
  return {
    id: publishId(tenant, row.id),
    revision: row.revision,
    dueAt: row.publishAt ?? new Date(),
    ...(by ? { claim: { by, at: row.since } } : {}),
  };
}
