import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/** Something was still found under an old key, and sealed anew: the time of quiet begins again. */
export async function noteResealed(control: ControlDb, tenant: string, count: number): Promise<void> {
  await control
    .updateTable('key_work')
    .set({ resealed: sql`resealed + ${count}`, quiet_since: sql`clock_timestamp()` })
    .where('tenant', '=', tenant)
    .where('work', '=', 'rotate-key')
    .execute();
}

/** How many values a whole pass met that open with no key. */
export async function noteUnopenable(control: ControlDb, tenant: string, count: number): Promise<void> {
  await control
    .updateTable('key_work')
    .set({ unopenable: count })
    .where('tenant', '=', tenant)
    .where('work', '=', 'rotate-key')
    .execute();
}
