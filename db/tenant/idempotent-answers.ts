import { sql } from 'kysely';
import type { TenantDb } from './pools.ts';

const keptHours = 24;
const atOnce = 1_000;

/** Of a key that counts as a new one from here on. */
export const isOutdated = sql<boolean>`created_at < clock_timestamp() - make_interval(hours => ${keptHours})`;

/**
 * Deletes what was kept for a repetition that would come too late: it holds what people wrote. A request that is just taking its own key anew
 * is not waited for. @returns how many
 */
export async function forgetOutdatedAnswers(db: TenantDb): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from idempotent_answers where (caller, key) in (
        select caller, key from idempotent_answers where ${isOutdated} limit ${atOnce} for update skip locked)`.execute(
      db,
    );
    forgotten += Number(numAffectedRows);
    if (numAffectedRows < atOnce) return forgotten;
  }
}
