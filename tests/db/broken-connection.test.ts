import { expect, inject, test } from 'vitest';
import { openPool, unlimited } from '../../db/postgres.ts';

const limits = { maxConnections: 2, statementMs: unlimited, transactionMs: unlimited };

test('a connection that breaks between two statements ends its transaction, and not the process', async () => {
  const pool = openPool({ connectionString: inject('superuserUrl') }, limits);
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const broken = new Promise((resolve) => client.once('end', resolve));
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await broken;
    await expect(client.query('select 1')).rejects.toThrow();
  } finally {
    client.release(true);
  }
  expect((await pool.query('select 1')).rowCount).toBe(1);
  await pool.end();
});
