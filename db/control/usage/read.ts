import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';
import type { Heard } from './record.ts';

export interface Known extends Heard {
  /** How long ago it was heard. */
  ageMs: number;
}

/** Whatever is near its limit by what was heard within `withinMs`, or blocked. Times are relative, since clocks differ. */
export async function readUsage(
  control: ControlDb,
  { fromPercent, withinMs }: { fromPercent: number; withinMs: number },
): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select encode(asset, 'base64') as asset, use_case as "useCase", percent,
      (extract(epoch from clock_timestamp() - heard_at) * 1000)::float8 as "ageMs",
      coalesce(greatest(0, extract(epoch from blocked_until - clock_timestamp()) * 1000), 0)::float8 as "blockedForMs"
    from graph_usage
    where (percent >= ${fromPercent} and heard_at > clock_timestamp() - make_interval(secs => ${withinMs / 1000}::float8))
      or blocked_until > clock_timestamp()`.execute(control);
  return rows;
}
