import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** What should have claimed its commit long ago, and for how long. */
export async function overdue(control: ControlDb, byAtLeastMs: number): Promise<{ id: string; lateMs: number }[]> {
  const { rows } = await sql<{ id: string; lateMs: number }>`
    select id, (extract(epoch from clock_timestamp() - due_at) * 1000)::float8 as "lateMs" from workflows
    where claimed_by is null and due_at < clock_timestamp() - make_interval(secs => ${byAtLeastMs / 1000})`.execute(
    control,
  );
  return rows;
}
