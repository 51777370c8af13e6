import { type Kysely, sql } from 'kysely';

/** Takes its time, so that whoever builds a template at the same time really meets another. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table kept (id int primary key)`.execute(db);
  await sql`select pg_sleep(0.3)`.execute(db);
}
