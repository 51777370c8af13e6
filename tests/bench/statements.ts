import pg from 'pg';
import { server } from '../stack/servers.ts';

/** What PostgreSQL must have loaded to count statements. */
export const statementCounter = 'pg_stat_statements';

/** From now on the statements that clients send are counted, or not: what begins and ends a transaction is one too. */
export const countStatements = (isOn: boolean): Promise<void> =>
  asSuperuser(async (client) => {
    await client.query(`alter system set compute_query_id = ${isOn ? 'on' : 'off'}`);
    await client.query('select pg_reload_conf()');
  });

/** How many were counted so far. */
export const statements = (): Promise<number> =>
  asSuperuser(async (client) => {
    await client.query(`create extension if not exists ${statementCounter}`);
    const { rows } = await client.query<{ calls: string; dealloc: string }>(
      `select (select coalesce(sum(calls), 0) from ${statementCounter}) as calls, dealloc from ${statementCounter}_info`,
    );
    if (!rows[0] || Number(rows[0].dealloc)) throw new Error('PostgreSQL has forgotten what it had counted');
    return Number(rows[0].calls);
  });

async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server('superuserUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
