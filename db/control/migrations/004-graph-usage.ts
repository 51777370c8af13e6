import { type Kysely, sql } from 'kysely';

/** How much of Meta's limits is used up, as all workers have heard. Rows are there only while something is near its limit. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What is limited (the app, a Page, an Instagram account, a person) by keyed hash; `use_case` is Meta's word for the limit.
  `create table graph_usage (
    asset bytea not null,
    use_case text not null,
    percent int not null,
    heard_at timestamptz not null default clock_timestamp(),
    blocked_until timestamptz,
    primary key (asset, use_case)
  )`,
  `create index on graph_usage (heard_at)`,
  `grant select, insert, update, delete on graph_usage to quixess_control_worker`,
];
