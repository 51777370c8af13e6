import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** What was prepared longer ago than this is made anew: Meta drops unpublished photos after about a day. */
const usableForHours = 20;

/** What Meta holds for a target already, made from just this content: one row a step and position, the newest. */
export const usable = (db: TenantDb, target: string, step: 'photo' | 'draft') =>
  db
    .selectFrom('ledger')
    .distinctOn('position')
    .select(['position', 'content_hash as contentHash', 'meta_id as metaId'])
    .where('target', '=', target)
    .where('step', '=', step)
    .where('status', '=', 'done')
    .where('meta_id', 'is not', null)
    .where('opened_at', '>', sql<Date>`clock_timestamp() - make_interval(hours => ${usableForHours})`)
    // Not what was prepared before a person said "publish again".
    .where('opened_at', '>', sql<Date>`(select coalesce(afresh_from, '-infinity') from targets where id = ${target})`)
    .orderBy('position')
    .orderBy('opened_at', 'desc')
    .execute();
