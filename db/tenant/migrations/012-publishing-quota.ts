import { type Kysely, sql } from 'kysely';

/** How much Instagram takes of an account in a day, as it last said. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table accounts
    add column publishing_quota int check (publishing_quota >= 0),
    add column publishing_quota_read_at timestamptz`,
];
