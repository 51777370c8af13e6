import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** What the relay still has to nudge: wanted longer ago than any transaction that belongs to it can be open. */
export async function unsent(
  control: ControlDb,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<{ id: string; wanted: number }[]> {
  const { rows } = await sql<{ id: string; wanted: number }>`
    select id, wanted from workflows
    where sent < wanted and wanted_at < clock_timestamp() - make_interval(secs => ${olderThanMs / 1000})
    order by wanted_at limit ${limit}`.execute(control);
  return rows;
}
