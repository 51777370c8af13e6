import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { forgetOutdatedAnswers } from '../../db/tenant/idempotent-answers.ts';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';

export interface Forgotten {
  /** Whose address is kept no longer. */
  invitations: number;
  /** Kept for repetitions of requests. */
  answers: number;
  /** Tenants of whom it did not work this time. */
  failed: number;
}

/** Deletes what people wrote or are reached at and what has outlived its use by itself, of all tenants. */
export async function forgetExpired({
  control,
  tenants,
}: {
  control: ControlDb;
  tenants: TenantPools;
}): Promise<Forgotten> {
  const forgotten: Forgotten = { invitations: await forgetInvitations(control), answers: 0, failed: 0 };
  const all = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
  for (const { id: tenant } of all)
    try {
      forgotten.answers += await tenants.use(tenant, forgetOutdatedAnswers);
    } catch (error) {
      // As with everything that goes through all tenants: one whose database is away keeps no other waiting.
      if (!(error instanceof TenantNotFound)) forgotten.failed += 1;
    }
  return forgotten;
}

async function forgetInvitations(control: ControlDb): Promise<number> {
  const { numDeletedRows } = await control
    .deleteFrom('invitations')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
