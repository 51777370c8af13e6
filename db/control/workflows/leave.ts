import type { ControlDb } from '../connect.ts';

/**
 * The last act of a workflow: its entry goes, unless somebody wanted something since.
 * @returns false when somebody did: read the row again. True also when the entry was gone already, so that a retry is harmless.
 */
export async function leave(control: ControlDb, id: string, seenRevision: number): Promise<boolean> {
  const { numDeletedRows } = await control
    .deleteFrom('workflows')
    .where('id', '=', id)
    .where('wanted', '=', seenRevision)
    .executeTakeFirst();
  if (numDeletedRows > 0n) return true;
  // A statement of its own: the snapshot of the DELETE would not see what was wanted while it waited.
  const left = await control.selectFrom('workflows').select('id').where('id', '=', id).executeTakeFirst();
  return left === undefined;
}
