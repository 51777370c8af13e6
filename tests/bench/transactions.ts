import pg from 'pg';

/**
 * Transactions that all databases of a server have ended: one for each statement that is not part of a larger one. A backend reports them late,
 * by up to a second or so.
 */
export async function transactions(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select sum(xact_commit + xact_rollback) as ended from pg_stat_database');
    return Number(rows[0]?.ended);
  } finally {
    await client.end();
  }
}
