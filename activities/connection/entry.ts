import type { Entry } from '../../db/control/workflows/read-entry.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';

/** How long ago something was wanted of a workflow. One without an entry has been left alone for ever. */
export const ageMs = (entry: Entry | undefined): number =>
  entry ? Math.max(0, entry.now.getTime() - entry.wantedAt.getTime()) : Number.MAX_SAFE_INTEGER;

/** A tenant that is gone has no rows either. */
export async function tenantOrNothing<T>(reading: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await reading();
  } catch (error) {
    if (error instanceof TenantNotFound) return undefined;
    throw error;
  }
}
