import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface Parked {
  id: string;
  /** The revision that the attempt was prepared for. */
  revision: number;
  /** A UUID of this attempt alone. */
  attempt: string;
}

/**
 * Takes the targets that are due, unclaimed, and of the revision they were prepared for, whatever their tenants, in one statement.
 * Two attempts at one target may be in the same batch (a retry beside the attempt it replaces), so the answer names attempts, not targets.
 * @returns the **attempts** that own their target now: they may call Meta, nobody else will
 */
export async function claim(control: ControlDb, parked: readonly Parked[]): Promise<Set<string>> {
  if (!parked.length) return new Set();
  const ids = parked.map((p) => p.id);
  const revisions = parked.map((p) => p.revision);
  const attempts = parked.map((p) => p.attempt);
  // Rows are locked in the order of their ids: batches of several workers that overlap wait for each other instead of deadlocking.
  const { rows } = await sql<{ claimed_by: string }>`
    with parked as (
      select * from unnest(${ids}::text[], ${revisions}::int[], ${attempts}::uuid[]) as p (id, wanted, attempt)
    ), ours as (
      select w.id from workflows w where w.id in (select id from parked) order by w.id for update
    )
    update workflows w set claimed_by = p.attempt, claimed_at = clock_timestamp()
    from parked p join ours using (id)
    where (w.id, w.wanted) = (p.id, p.wanted) and w.claimed_by is null and w.due_at <= clock_timestamp()
    returning w.claimed_by`.execute(control);
  return new Set(rows.map((row) => row.claimed_by));
}
