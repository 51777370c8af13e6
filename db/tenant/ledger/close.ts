import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import type { Diagnostic } from '../targets/record.ts';

export interface Outcome {
  status: 'done' | 'refused' | 'unknown' | 'abandoned';
  metaId?: string;
  diagnostic?: Diagnostic;
  /** When the call was written, by this process's clock; absent where none was. */
  calledAt?: Date;
}

/** Writes down how a call ended. An entry whose outcome was unknown may be closed again by a witness. */
export async function closeEntry(db: TenantDb, id: string, outcome: Outcome): Promise<void> {
  await db
    .updateTable('ledger')
    .set({
      status: outcome.status,
      closed_at: sql`clock_timestamp()`,
      ...(outcome.metaId === undefined ? {} : { meta_id: outcome.metaId }),
      ...(outcome.diagnostic ? { diagnostic: JSON.stringify(outcome.diagnostic) } : {}),
      ...(outcome.calledAt ? { called_at: outcome.calledAt } : {}),
    })
    .where('id', '=', id)
    .where('status', 'not in', ['done', 'refused'])
    .execute();
}

/** Attempts that were parked for this target and never claimed: none of them has called, or will be needed. */
export async function abandonArmed(db: TenantDb, target: string): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ status: 'abandoned', closed_at: sql`clock_timestamp()` })
    .where('target', '=', target)
    .where('status', '=', 'armed')
    .execute();
}
