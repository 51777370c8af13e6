import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { connectAdmin, dropDatabase, withDatabase } from '../../db/admin.ts';

test('a database goes though somebody is in it, and twice is no mistake', async () => {
  const server = connectAdmin(inject('provisionerUrl'));
  const name = `quixess_dropped_${randomBytes(4).toString('hex')}`;
  await sql`create database ${sql.id(name)}`.execute(server);
  const visitor = connectAdmin(withDatabase(inject('provisionerUrl'), name));
  await sql`select 1`.execute(visitor);
  await dropDatabase(server, name);
  await dropDatabase(server, name);
  expect((await sql`select from pg_database where datname = ${name}`.execute(server)).rows).toEqual([]);
  await Promise.all([visitor.destroy(), server.destroy()]);
});
