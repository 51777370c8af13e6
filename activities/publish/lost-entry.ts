import type { ControlDb } from '../../db/control/connect.ts';
import { type LostEntry, reinstate } from '../../db/control/workflows/reinstate.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { settle } from '../../db/tenant/targets/settle.ts';
import { isOpen } from '../../db/tenant/targets/states.ts';
import { lastCommit, type Unfinished } from '../../db/tenant/targets/unfinished.ts';
import { publishId } from '../../workflows/ids.ts';

/**
 * Puts the entries of targets back that were lost, and gives the rows the revisions that they have.
 * @returns how many were
 */
export async function putBack(
  control: ControlDb,
  tenant: string,
  db: TenantDb,
  rows: readonly Unfinished[],
): Promise<number> {
  const entries = [];
  for (const row of rows) entries.push(await lostEntry(db, tenant, row));
  const revisions = await reinstate(control, tenant, entries);
  const settled = rows.flatMap(({ id }) => {
    const revision = revisions.get(publishId(tenant, id));
    return revision === undefined ? [] : [{ id, revision }];
  });
  await settle(db, settled);
  return revisions.size;
}

/** The entry of a target whose own was lost. What was being made public is claimed again, so that it is looked for and not called for anew. */
export async function lostEntry(db: TenantDb, tenant: string, row: Unfinished): Promise<LostEntry> {
  const claim = await lostClaim(db, row);
  return {
    id: publishId(tenant, row.id),
    revision: row.revision,
    // Of what is late patience is counted from when it was last gone on with.
    dueAt: isOpen(row.state) ? new Date(Math.max(row.publishAt?.getTime() ?? 0, row.since.getTime())) : null,
    ...(claim ? { claim } : {}),
  };
}

async function lostClaim(db: TenantDb, { id, state, since, publishAt }: Unfinished): Promise<LostEntry['claim']> {
  const wasCalled = state === 'committing';
  // Its time has passed: whoever was parked for it may have claimed it, called, and died.
  const mayBeCalled = state === 'armed' && (publishAt === null || publishAt.getTime() <= Date.now());
  if (!wasCalled && !mayBeCalled) return undefined;
  const by = await lastCommit(db, id, wasCalled ? ['armed', 'open', 'done', 'unknown'] : ['armed']);
  return by === undefined ? undefined : { by, at: wasCalled ? since : new Date() };
}
