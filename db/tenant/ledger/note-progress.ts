import type { TenantDb } from '../pools.ts';

/** Where something that takes several calls stands: words and numbers of the form that makes it. */
export type Progress = Readonly<Record<string, string | number | boolean>>;

/** Writes down that Meta knows it by this id, and how far it is, so that the next attempt goes on with it. */
export async function noteProgress(
  db: TenantDb,
  id: string,
  { metaId, progress }: { metaId: string; progress: Progress },
): Promise<void> {
  await db
    .updateTable('ledger')
    .set({ meta_id: metaId, progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .execute();
}
