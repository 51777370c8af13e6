import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** An entry as the row and the ledger of its target have it. */
export interface LostEntry {
  id: string;
  revision: number;
  /** When it may be claimed; null: nothing of it is left to be made public. */
  dueAt: Date | null;
  /** The commit that was claimed, where one was: it may have been made, and only a witness may say what became of it. */
  claim?: { by: string; at: Date };
}

/**
 * Puts entries back that were lost with their database, under a revision that their rows did not have yet: what was parked before can claim
 * nothing, also where its row was decided about since it was read. One that is there by now stays as it is.
 * @returns the new revisions by id, for the rows to have too
 */
export async function reinstate(
  control: ControlDb,
  tenant: string,
  entries: readonly LostEntry[],
): Promise<Map<string, number>> {
  if (!entries.length) return new Map();
  const { rows } = await sql<{ id: string; wanted: number }>`
    insert into workflows (id, tenant, wanted, due_at, claimed_by, claimed_at)
    select p.id, ${tenant}::uuid, p.revision + 1, p.due_at, p.claimed_by, p.claimed_at
    from unnest(${entries.map(({ id }) => id)}::text[], ${entries.map(({ revision }) => revision)}::int[],
      ${entries.map(({ dueAt }) => dueAt)}::timestamptz[],
      ${entries.map(({ claim }) => claim?.by ?? null)}::uuid[],
      ${entries.map(({ claim }) => claim?.at ?? null)}::timestamptz[])
      as p (id, revision, due_at, claimed_by, claimed_at)
    order by p.id collate "C"
    on conflict (id) do nothing
    returning id, wanted`.execute(control);
  return new Map(rows.map(({ id, wanted }) => [id, wanted]));
}

/** Which of these should be alive by nobody's word. */
export async function withoutEntry(control: ControlDb, ids: readonly string[]): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const rows = await control.selectFrom('workflows').select('id').where('id', 'in', ids).execute();
  const known = new Set(rows.map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
}
