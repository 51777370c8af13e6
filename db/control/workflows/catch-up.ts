import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';
import type { LostEntry } from './reinstate.ts';

/**
 * Brings an unclaimed entry up to its row, which is ahead of it only where the entry comes from an older backup: the revision and the time that
 * were wanted last, and the claim of what was being made public. One without a time, made by a command that was given up, gets its row's.
 * @param seen the revision that the entry had when it was found behind: one that a command has wanted something of since stays as it is
 */
export async function catchUp(
  control: ControlDb,
  { id, revision, dueAt, claim }: LostEntry,
  seen: number,
): Promise<void> {
  await sql`
    update workflows
    set wanted = greatest(wanted, ${revision}::int),
        due_at = case when wanted < ${revision}::int then ${dueAt}::timestamptz else coalesce(due_at, ${dueAt}::timestamptz) end,
        claimed_by = ${claim?.by ?? null}::uuid,
        claimed_at = ${claim?.at ?? null}::timestamptz
    where id = ${id} and wanted = ${seen} and claimed_by is null`.execute(control);
}
