import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';
import type { KeyWork } from './ask.ts';

export interface KeyWorkRow {
  finished: boolean;
  newKey: number | null;
  resealed: number;
  unopenable: number;
  masterId: number | null;
  /** For how long nothing was found under another key, by the database's clock. */
  quietForMs: number;
}

/** @returns undefined when nobody ever asked for it */
export const readKeyWork = (control: ControlDb, tenant: string, work: KeyWork): Promise<KeyWorkRow | undefined> =>
  control
    .selectFrom('key_work')
    .select(['new_key as newKey', 'resealed', 'unopenable', 'master_id as masterId'])
    .select((eb) => eb('finished_at', 'is not', null).$castTo<boolean>().as('finished'))
    .select(
      sql<number>`coalesce(extract(epoch from clock_timestamp() - quiet_since) * 1000, 0)::float8`.as('quietForMs'),
    )
    .where('tenant', '=', tenant)
    .where('work', '=', work)
    .executeTakeFirst();
