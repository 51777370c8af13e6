import { sql } from 'kysely';
import { owe } from '../audit/owe.ts';
import type { ControlDb } from '../connect.ts';
import { want } from '../workflows/want.ts';

export type KeyWork = 'rotate-key' | 'rewrap';

export interface AskedKeyWork {
  /** The workflow that does it. */
  id: string;
  tenant: string;
  work: KeyWork;
  /** The master key under which everything is to be, for `rewrap`. */
  masterId?: number;
}

/** What the tenant reads of it in its log. */
const said = { 'rotate-key': 'keys.rotated', rewrap: 'keys.rewrapped' } as const satisfies Record<KeyWork, string>;

/**
 * Asks, as an operator, for work on a tenant's keys. What is under way already goes on, and is not begun twice.
 * @returns the revision to nudge for; undefined where the workflow cannot be told now
 */
export const askKeyWork = (
  control: ControlDb,
  { id, tenant, work, masterId }: AskedKeyWork,
): Promise<number | undefined> =>
  control.transaction().execute(async (trx) => {
    await sql`
      insert into key_work as k (tenant, work, master_id) values (${tenant}, ${work}, ${masterId ?? null})
      on conflict (tenant, work) do update
        set asked_at = clock_timestamp(), master_id = excluded.master_id, new_key = null, resealed = 0, unopenable = 0,
            quiet_since = null, finished_at = null
        where k.finished_at is not null or k.master_id is distinct from excluded.master_id`.execute(trx);
    await owe(trx, tenant, { actor: { kind: 'operator', id: null }, action: said[work] });
    return want(trx, { id, tenant });
  });
