import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** How much of a tenant's lies in the store, or is about to: what was made of media, and what is not deleted there yet, too. The same bytes count once. */
export async function storedBytes(db: TenantDb): Promise<number> {
  const { bytes } = await db
    .selectFrom('media_files')
    .select(sql<string>`coalesce(sum(bytes), 0)`.as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes);
}
