import { sql } from 'kysely';
import type { ControlDb } from './connect.ts';

/**
 * How far the database's clock is ahead of this process's, in ms. Due instants are the database's; a process only
 * wakes by its own clock. Exact to half a round trip, which is why a claim is refused by the database, not by us.
 */
export async function clockOffsetMs(control: ControlDb): Promise<number> {
  const askedAtMs = Date.now();
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(control);
  const answeredAtMs = Date.now();
  const now = rows[0]?.now;
  if (!now) throw new Error('The database did not tell its time');
  return now.getTime() - (askedAtMs + answeredAtMs) / 2;
}
