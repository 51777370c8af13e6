import { type Kysely, sql } from 'kysely';

/**
 * A Page that only carries a chosen Instagram account gets a route of its own kind. Nothing that happens on the Page finds its way by it;
 * it says that somebody still needs the subscription to the Page.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table routes drop constraint routes_kind_check`.execute(db);
  await sql`alter table routes add constraint routes_kind_check
    check (kind in ('page', 'instagram', 'person', 'carrier'))`.execute(db);
}
