import { type Kysely, sql } from 'kysely';

/** What the person answered for a permission that was asked for and not granted: `declined`, or `expired` after 90 days without use. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table credentials add column ungranted jsonb not null default '{}'`.execute(db);
  await sql`grant select (ungranted) on credentials to quixess_tenant_api`.execute(db);
}
