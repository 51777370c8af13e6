import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';

/** Wipes a token that is proven dead, and writes down by which of Meta's codes. A row that is dead already stays as it is. */
export async function forgetToken(
  db: TenantDb,
  credential: string,
  why: { code: number; subcode: number | undefined },
): Promise<void> {
  await db
    .updateTable('credentials')
    .set({
      token_sealed: null,
      health: 'dead',
      health_since: sql`clock_timestamp()`,
      refresh_at: null,
      diagnostic: JSON.stringify(why),
    })
    .where('id', '=', credential)
    .where('health', '!=', 'dead')
    .execute();
}
