import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/**
 * Deletes the data keys of a tenant but the newest and those that are still `named` by a value, and ends the rotation. Only when nothing
 * was found under another key for `quietMs`: by then nobody can still be about to open or to write one.
 * @returns false when it is too early
 */
export const forgetKeys = (
  control: ControlDb,
  { tenant, newKey, named, quietMs }: { tenant: string; newKey: number; named: readonly number[]; quietMs: number },
): Promise<boolean> =>
  control.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('key_work')
      .set({ finished_at: sql`clock_timestamp()` })
      .where('tenant', '=', tenant)
      .where('work', '=', 'rotate-key')
      .where('new_key', '=', newKey)
      .where('quiet_since', '<=', sql<Date>`clock_timestamp() - make_interval(secs => ${quietMs / 1_000})`)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) return false;
    await trx
      .deleteFrom('tenant_keys')
      .where('tenant', '=', tenant)
      .where('key_id', 'not in', [newKey, ...named])
      .execute();
    return true;
  });
