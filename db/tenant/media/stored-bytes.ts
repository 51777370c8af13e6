import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** How much a tenant keeps here; the same bytes count once. */
export async function storedBytes(db: TenantDb): Promise<number> {
  const { bytes } = await db
    .selectFrom('media')
    .select(sql<string>`coalesce(sum(bytes), 0)`.as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes);
}
