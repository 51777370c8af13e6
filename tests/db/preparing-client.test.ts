import { sql } from 'kysely';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { type AdminDb, connectAdmin } from '../../db/admin.ts';

let db: AdminDb;
let name: string;
const opened: AdminDb[] = [];

beforeEach(async () => {
  db = connectAdmin(inject('superuserUrl'));
  opened.push(db);
  name = `prepared_${crypto.randomUUID().replaceAll('-', '')}`;
  await sql`create table ${sql.id(name)} (id integer, word text)`.execute(db);
  await sql`insert into ${sql.id(name)} values (1, 'one')`.execute(db);
});
afterAll(async () => {
  for (const each of opened) await each.destroy();
});

const wordOf = async (id: number): Promise<unknown> => {
  const { rows } = await sql<{ word: unknown }>`select word from ${sql.id(name)} where id = ${id}`.execute(db);
  return rows[0]?.word;
};

const prepared = async (): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_prepared_statements where statement like ${`%${name}%`} and statement not like '%count%'`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
};

test('a statement is parsed once for a connection, however often it runs', async () => {
  for (let n = 0; n < 10; n += 1) expect(await wordOf(1)).toBe('one');
  expect(await prepared()).toBe(1);
});

test('after a column has become another type a statement fails at most once on each connection, and then runs', async () => {
  expect(await wordOf(1)).toBe('one');
  await sql`alter table ${sql.id(name)} alter column word type integer using 11`.execute(db);
  await expect(wordOf(1)).rejects.toMatchObject({ code: '0A000' });
  expect(await wordOf(1)).toBe(11);
});

test('what selects all columns goes on when there is one more', async () => {
  const all = () => sql`select * from ${sql.id(name)} where id = ${1}`.execute(db);
  expect((await all()).rows).toEqual([{ id: 1, word: 'one' }]);
  await sql`alter table ${sql.id(name)} add column more integer default 5`.execute(db);
  expect((await all()).rows).toEqual([{ id: 1, word: 'one', more: 5 }]);
});
