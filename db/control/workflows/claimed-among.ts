import type { ControlDb } from '../connect.ts';

/** Whether a commit of one of these is under way, or what became of it is not written down yet. */
export async function isAnyClaimed(control: ControlDb, ids: readonly string[]): Promise<boolean> {
  if (!ids.length) return false;
  const claimed = control
    .selectFrom('workflows')
    .select('id')
    .where('id', 'in', ids)
    .where('claimed_by', 'is not', null);
  return (await claimed.limit(1).executeTakeFirst()) !== undefined;
}
