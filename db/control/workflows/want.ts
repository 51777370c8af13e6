import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface Wanted {
  id: string;
  tenant: string;
  /** For publish targets: when it may be claimed. `null` clears it, absent leaves what is there. */
  dueAt?: Date | null;
  /** The revision that the caller's own row has, so that an entry that left and comes back is never given an old number again. */
  above?: number;
}

/**
 * Step 1 of every command: whatever was parked for the old revision can no longer claim.
 * The tenant's transaction must be committed within 10 s of it, or rolled back and begun again from here.
 * @returns the new revision; undefined when an attempt has claimed the target, so that it is too late
 */
export async function want(control: ControlDb, { id, tenant, dueAt, above = 0 }: Wanted): Promise<number | undefined> {
  const { rows } = await sql<{ wanted: number }>`
    insert into workflows as w (id, tenant, due_at, wanted) values (${id}, ${tenant}, ${dueAt ?? null}, ${above} + 1)
    on conflict (id) do update
      set wanted = greatest(w.wanted, ${above}) + 1, wanted_at = clock_timestamp(),
          due_at = case when ${dueAt !== undefined} then excluded.due_at else w.due_at end
      where w.claimed_by is null
    returning w.wanted`.execute(control);
  return rows[0]?.wanted;
}
