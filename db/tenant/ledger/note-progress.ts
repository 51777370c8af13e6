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

/** What was noted of it; nothing where nothing had to be. */
export async function readProgress(db: TenantDb, target: string, metaId: string): Promise<Progress> {
  const row = await db
    .selectFrom('ledger')
    .select('progress')
    .where('target', '=', target)
    .where('meta_id', '=', metaId)
    .where('progress', 'is not', null)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (row?.progress ?? {}) as Progress;
}
