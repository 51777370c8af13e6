import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';

/**
 * Wipes a token that is proven dead, and writes down by which of Meta's codes.
 * @param sealed the token, as it was read: not what a new login has brought meanwhile
 * @returns false where it is not there any more
 */
export async function forgetToken(
  db: TenantDb,
  { credential, sealed }: { credential: string; sealed: Buffer },
  why: { code: number; subcode: number | undefined },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('credentials')
    .set({
      token_sealed: null,
      health: 'dead',
      health_since: sql`clock_timestamp()`,
      refresh_at: null,
      diagnostic: JSON.stringify(why),
    })
    .where('id', '=', credential)
    .where('token_sealed', '=', sealed)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
