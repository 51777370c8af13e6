import type { TenantDb } from '../pools.ts';
import type { LedgerRow } from './read.ts';

/** What may lie at Meta though the answer that held its id was lost, and was not looked for yet. */
export const lostDrafts = (ledger: readonly LedgerRow[]): LedgerRow[] =>
  ledger.filter(({ step, metaId, status }) => step === 'draft' && metaId === null && mayBeThere.includes(status));

const mayBeThere = ['open', 'unknown'];

/** Which of these ids of Meta's belong to something that the ledger of any target knows. */
export async function knownAmong(db: TenantDb, metaIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (!metaIds.length) return new Set();
  const rows = await db.selectFrom('ledger').select('meta_id as metaId').where('meta_id', 'in', metaIds).execute();
  return new Set(rows.flatMap(({ metaId }) => metaId ?? []));
}

/** It lies there: from here on it is known by its id. */
export async function noteFound(db: TenantDb, id: string, metaId: string): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ meta_id: metaId, looked_for: 'found', status: 'unknown' })
    .where('id', '=', id)
    .where('meta_id', 'is', null)
    .execute();
}

/** `unsure`: whatever lies there may be somebody else's. */
export async function noteLookedFor(db: TenantDb, id: string, came: 'absent' | 'unsure'): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ looked_for: came, status: 'unknown' })
    .where('id', '=', id)
    .where('meta_id', 'is', null)
    .execute();
}
