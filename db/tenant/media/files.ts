import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';

/** Longer than it takes to store a file that has been received. */
const EXPECTED_FOR_MINUTES = 60;

/**
 * To be said before a file is stored: for an hour nobody deletes what lies under this hash, and after it what nobody refers to is found and deleted.
 * Only what is expected can be referred to.
 */
export async function expectFile(db: TenantDb, sha256: Buffer): Promise<void> {
  const expected_until = sql<Date>`clock_timestamp() + make_interval(mins => ${EXPECTED_FOR_MINUTES})`;
  await db
    .insertInto('media_files')
    .values({ sha256, expected_until })
    .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ expected_until }))
    .execute();
}
