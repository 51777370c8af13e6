import type { TenantDb } from '../pools.ts';

/**
 * From here to the end of the transaction nobody deletes these media: what is about to refer to them will find them.
 * @returns false where one of them is gone already
 */
export async function holdMedia(tx: TenantDb, media: readonly string[]): Promise<boolean> {
  const ids = [...new Set(media)];
  if (!ids.length) return true;
  const held = await tx.selectFrom('media').select('id').where('id', 'in', ids).orderBy('id').forKeyShare().execute();
  return held.length === ids.length;
}
