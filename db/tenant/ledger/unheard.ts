import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** Whether Meta may have done something of this kind without anybody having heard. What is known to be done since settles what was before. */
export async function isUnheard(db: TenantDb, target: string, step: 'edit' | 'delete'): Promise<boolean> {
  const { rows } = await sql`
    select from ledger l where target = ${target} and step = ${step} and status in ('open', 'unknown')
      and not exists (select from ledger d where d.target = l.target and d.step = l.step and d.status = 'done'
        and d.opened_at > l.opened_at)
    limit 1`.execute(db);
  return rows.length > 0;
}
