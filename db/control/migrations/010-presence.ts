import { type Kysely, sql } from 'kysely';

/** Since when we are there again after an outage of our own: Meta may have stopped meanwhile to tell us what happens on Pages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table presence (
    part text primary key check (part in ('api', 'worker')),
    seen_at timestamptz not null default clock_timestamp(),
    -- When it was there again after a long silence, and up to which of these all connections were told.
    back_at timestamptz,
    told_at timestamptz
  )`,
  `grant select, insert, update on presence to quixess_control_api, quixess_control_worker`,
];
