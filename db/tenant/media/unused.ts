import { type SqlBool, sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** So that an upload waits for its post for a day. */
const UNUSED_FOR_HOURS = 24;

/** By any post, over or not: what was published shows what with. */
const used = sql<SqlBool>`(exists (select from post_media pm where pm.media = media.id)
  or media.id::text in (select t.options ->> 'coverMedia' from targets t where t.options ? 'coverMedia'))`;

/** Notes which media no post refers to, and takes it back of those that one refers to again. */
export async function noteUnused(db: TenantDb): Promise<void> {
  await sql`update media set unused_since = case when ${used} then null else clock_timestamp() end
    where (unused_since is null) <> ${used}`.execute(db);
}

/** Media that no post has referred to for a day, oldest first. */
export async function longUnused(db: TenantDb, limit: number): Promise<string[]> {
  const rows = await unusedForLong(db).orderBy('unused_since').limit(limit).execute();
  return rows.map(({ id }) => id);
}

/** Whether it is one of those still. To the end of the transaction it remains so: whoever uploads it again, or refers to it, waits. */
export async function isLongUnused(tx: TenantDb, media: string): Promise<boolean> {
  // Locked before it is looked at: what others did while this waited for them is seen.
  await tx.selectFrom('media').select('id').where('id', '=', media).forUpdate().execute();
  return (await unusedForLong(tx).where('id', '=', media).executeTakeFirst()) !== undefined;
}

const unusedForLong = (db: TenantDb) =>
  db
    .selectFrom('media')
    .select('id')
    .where('unused_since', '<', sql<Date>`clock_timestamp() - make_interval(hours => ${UNUSED_FOR_HOURS})`)
    .where(sql<SqlBool>`not ${used}`);
