import { sql } from 'kysely';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

/** Gives accounts to the connection of another person of the tenant whose spare login for them lives; this one's token for them goes. */
export async function handOver(
  { tenants }: Pick<ConnectionParts, 'tenants'>,
  { tenant, connection }: ConnectionRef,
  accounts: readonly { id: string }[],
): Promise<void> {
  const ids = accounts.map(({ id }) => id);
  if (!ids.length) return;
  await tenants.use(tenant, (db) =>
    db.transaction().execute(async (trx) => {
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
        await trx
          .deleteFrom('credentials')
          .where('connection', '=', connection)
          .where('account', 'in', given)
          .execute();
    }),
  );
}
