import { type Kysely, sql } from 'kysely';

/** Whether a commit of an account is of unknown outcome its targets say: what was noted beside them could stay when it was known. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table account_commits`.execute(db);
}
