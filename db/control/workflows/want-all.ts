import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface WantedOne {
  id: string;
  /** The revision that the caller's own row has; see `want`. */
  above: number;
  /** When it may be claimed; absent leaves what is there. */
  dueAt?: Date;
  /** What the commit came to is known, and it is about what follows: its claim is in nobody's way. */
  afterwards?: boolean;
}

/**
 * Step 1 of a command about many targets of one tenant, in one statement.
 * @returns the new revisions by id; what is not among them was claimed: too late
 */
export async function wantAll(
  control: ControlDb,
  tenant: string,
  wanted: readonly WantedOne[],
): Promise<Map<string, number>> {
  if (!wanted.length) return new Map();
  const ids = wanted.map(({ id }) => id);
  const above = wanted.map((one) => one.above);
  const due = wanted.map(({ dueAt }) => dueAt ?? null);
  const afterwards = wanted.filter((one) => one.afterwards).map(({ id }) => id);
  // In the order of ids, as claims lock them: neither waits for the other in a circle.
  const { rows } = await sql<{ id: string; wanted: number }>`
    insert into workflows as w (id, tenant, due_at, wanted)
    select p.id, ${tenant}::uuid, p.due_at, p.above + 1
    from unnest(${ids}::text[], ${due}::timestamptz[], ${above}::int[]) as p (id, due_at, above)
    order by p.id collate "C"
    on conflict (id) do update
      set wanted = greatest(w.wanted, excluded.wanted - 1) + 1, wanted_at = clock_timestamp(),
          due_at = coalesce(excluded.due_at, w.due_at)
      where w.claimed_by is null or w.id = any(${afterwards}::text[])
    returning w.id, w.wanted`.execute(control);
  return new Map(rows.map(({ id, wanted }) => [id, wanted]));
}
