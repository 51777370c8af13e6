import pg from 'pg';
import { expect, inject, test } from 'vitest';

test('the login that tests provision with is no superuser and may connect to postgres only', async () => {
  const client = new pg.Client({ connectionString: inject('provisionerUrl') });
  await client.connect();
  const { rows } = await client.query(
    'select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user',
  );
  expect(rows).toEqual([{ rolsuper: false, rolcreatedb: true, rolcreaterole: true }]);
  await client.end();
  const template = new pg.Client({ connectionString: inject('provisionerUrl').replace(/postgres$/, 'template1') });
  await expect(template.connect()).rejects.toThrow('permission denied');
});
