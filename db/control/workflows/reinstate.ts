import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** An entry as the row and the ledger of its target have it. */
export interface LostEntry {
  id: string;
  revision: number;
  dueAt: Date;
  /** The commit that was claimed, where one was: it may have been made, and only a witness may say what became of it. */
  claim?: { by: string; at: Date };
}

/**
 * Puts entries back that were lost with their database. One that is there by now stays as it is.
 * @returns how many were
 */
export async function reinstate(control: ControlDb, tenant: string, entries: readonly LostEntry[]): Promise<number> {
  if (!entries.length) return 0;
  const revisions = entries.map(({ revision }) => Math.max(revision, 1));
  const { numAffectedRows = 0n } = await sql`
    insert into workflows (id, tenant, wanted, due_at, claimed_by, claimed_at)
    select p.id, ${tenant}::uuid, p.wanted, p.due_at, p.claimed_by, p.claimed_at
    from unnest(${entries.map(({ id }) => id)}::text[], ${revisions}::int[],
      ${entries.map(({ dueAt }) => dueAt)}::timestamptz[],
      ${entries.map(({ claim }) => claim?.by ?? null)}::uuid[],
      ${entries.map(({ claim }) => claim?.at ?? null)}::timestamptz[])
      as p (id, wanted, due_at, claimed_by, claimed_at)
    order by p.id collate "C"
    on conflict (id) do nothing`.execute(control);
  return Number(numAffectedRows);
}

/** Which of these should be alive by nobody's word. */
export async function withoutEntry(control: ControlDb, ids: readonly string[]): Promise<Set<string>> {
  if (!ids.length) return new Set();
  const rows = await control.selectFrom('workflows').select('id').where('id', 'in', ids).execute();
  const known = new Set(rows.map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
}
