import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface Heard {
  /** Keyed hash of what is limited, in base64. */
  asset: string;
  useCase: string;
  percent: number;
  /** Meta wants to be left alone for so long; 0 when it does not say so. */
  blockedForMs: number;
}

const keptHours = 24;
const forgottenAtOnce = 100;

/**
 * Writes down what was heard of limits, all of it in one statement. A block that somebody heard of stays until it is over.
 * Names each (asset, useCase) once.
 */
export async function recordUsage(control: ControlDb, heard: readonly Heard[]): Promise<void> {
  if (!heard.length) return;
  // Rows are locked in one order, so that batches of several workers wait for each other instead of deadlocking.
  await sql`
    insert into graph_usage as u (asset, use_case, percent, blocked_until)
    select decode(h.asset, 'base64'), h.use_case, h.percent, clock_timestamp() + make_interval(secs => h.blocked / 1000)
    from unnest(${heard.map((h) => h.asset)}::text[], ${heard.map((h) => h.useCase)}::text[],
      ${heard.map((h) => h.percent)}::int[], ${heard.map((h) => h.blockedForMs || null)}::float8[])
      as h (asset, use_case, percent, blocked)
    order by 1, 2
    on conflict (asset, use_case) do update
      set percent = excluded.percent, heard_at = clock_timestamp(),
          blocked_until = greatest(u.blocked_until, excluded.blocked_until)`.execute(control);
}

/** Drops rows that say nothing any more; whatever another worker is busy with is left to it. */
export async function forgetUsage(control: ControlDb): Promise<void> {
  await sql`
    delete from graph_usage where (asset, use_case) in (
      select asset, use_case from graph_usage
      where heard_at < clock_timestamp() - make_interval(hours => ${keptHours})
        and coalesce(blocked_until < clock_timestamp(), true)
      limit ${forgottenAtOnce} for update skip locked)`.execute(control);
}
