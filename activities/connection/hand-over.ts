import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { lockAccount } from './ability.ts';

/**
 * Gives accounts of a connection to that of another person of the tenant whose spare login for them lives; this one's token for them goes.
 * @returns those that are still its own
 */
export async function handOver(trx: TenantDb, connection: string, accounts: readonly string[]): Promise<string[]> {
  if (!accounts.length) return [];
  // Who is just bringing one a token is waited for.
  for (const account of accounts.toSorted()) await lockAccount(trx, account);
  const { rows } = await sql<{ id: string }>`
    update accounts a set connection = s.connection
    from (
      select distinct on (c.account) c.account, c.connection from credentials c join connections o on o.id = c.connection
      where c.kind = 'page' and c.health = 'alive' and c.token_sealed is not null
        and c.connection <> ${connection} and o.state <> 'erasing'
      order by c.account, c.obtained_at, c.id
    ) s
    where a.id = s.account and a.connection = ${connection} and a.id = any(${accounts}::uuid[])
    returning a.id`.execute(trx);
  const given = rows.map(({ id }) => id);
  if (given.length)
    await trx.deleteFrom('credentials').where('connection', '=', connection).where('account', 'in', given).execute();
  // Another attempt, which took this one for dead, may have given some before.
  const own = trx.selectFrom('accounts').select('id').where('connection', '=', connection).where('id', 'in', accounts);
  return (await own.execute()).map(({ id }) => id);
}
