import type { TenantDb } from '../pools.ts';

/**
 * Gives up the photos that an earlier attempt at a draft may have taken, though its answer was lost: no other post can have them.
 * @param draft the attempt that was refused them
 * @returns false where no earlier attempt can have taken them
 */
export async function spendPhotos(db: TenantDb, target: string, draft: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('ledger')
    .set({ status: 'abandoned' })
    .where('target', '=', target)
    .where('step', '=', 'photo')
    .where('status', '=', 'done')
    .where('opened_at', '<', ({ selectFrom }) =>
      selectFrom('ledger as d')
        .select(({ fn }) => fn.max('d.opened_at').as('latest'))
        .where('d.target', '=', target)
        .where('d.step', '=', 'draft')
        .where('d.status', '!=', 'done')
        .where('d.id', '!=', draft),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
