import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** Sets when entries may be claimed: those that are unclaimed, and of which nothing was wanted since that revision. */
export async function setDue(
  control: ControlDb,
  entries: readonly { id: string; revision: number; dueAt: Date }[],
): Promise<void> {
  if (!entries.length) return;
  const ids = entries.map(({ id }) => id);
  const revisions = entries.map(({ revision }) => revision);
  const due = entries.map(({ dueAt }) => dueAt);
  // In the order of ids, as claims lock them.
  await sql`
    with ours as (
      select w.id, p.due_at
      from workflows w join unnest(${ids}::text[], ${revisions}::int[], ${due}::timestamptz[]) as p (id, wanted, due_at) using (id)
      where w.wanted = p.wanted and w.claimed_by is null
      order by w.id collate "C" for update of w
    )
    update workflows w set due_at = ours.due_at from ours where w.id = ours.id`.execute(control);
}
