import { type Kysely, sql } from 'kysely';

/** What keeping a connection alive for years needs: when it was last looked at, and which notices went out by mail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table connections add column kept_up_at timestamptz`,
  // Set before the mail is handed over: a notice is mailed at most once.
  `alter table notices add column mailed_at timestamptz`,
  `create index notices_unmailed on notices (created_at) where mailed_at is null and dismissed_at is null`,
  `create index notices_by_time on notices (created_at, id)`,
];
