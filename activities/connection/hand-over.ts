import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { lockAccount } from './ability.ts';

/**
 * Gives accounts of a connection to that of another person of the tenant whose spare login for them lives; this one's token for them goes.
 * @returns those that are still its own
 */
export async function handOver<Account extends { id: string }>(
  trx: TenantDb,
  connection: string,
  accounts: readonly Account[],
): Promise<Account[]> {
  if (!accounts.length) return [];
  const ids = accounts.map(({ id }) => id).sort();
  // Who is just bringing one a token is waited for.
  for (const id of ids) await lockAccount(trx, id);
  const { rows } = await sql<{ id: string }>`
    update accounts a set connection = s.connection
    from (
      select distinct on (c.account) c.account, c.connection from credentials c join connections o on o.id = c.connection
      where c.kind = 'page' and c.health = 'alive' and c.token_sealed is not null
        and c.connection <> ${connection} and o.state <> 'erasing'
      order by c.account, c.obtained_at, c.id
    ) s
    where a.id = s.account and a.connection = ${connection} and a.id = any(${ids}::uuid[])
    returning a.id`.execute(trx);
  const given = rows.map(({ id }) => id);
  if (given.length)
    await trx.deleteFrom('credentials').where('connection', '=', connection).where('account', 'in', given).execute();
  // Another attempt, which took this one for dead, may have given some before.
  const own = trx.selectFrom('accounts').select('id').where('connection', '=', connection).where('id', 'in', ids);
  const still = new Set((await own.execute()).map(({ id }) => id));
  return accounts.filter(({ id }) => still.has(id));
}
