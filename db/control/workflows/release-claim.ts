import type { ControlDb } from '../connect.ts';

/**
 * Gives a claim back. Only after a proven refusal: whoever claims next will call Meta again.
 * @returns whether this attempt held the claim
 */
export async function releaseClaim(control: ControlDb, id: string, attempt: string): Promise<boolean> {
  const { numUpdatedRows } = await control
    .updateTable('workflows')
    .set({ claimed_by: null, claimed_at: null })
    .where('id', '=', id)
    .where('claimed_by', '=', attempt)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
