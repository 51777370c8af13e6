import { type Kysely, sql } from 'kysely';

/** What posts wait for when a login dies, and what is left of them when their account goes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Why a target is held, for whoever may resume it: a new login, or the answer of a person.
  `alter table targets add column held_for text check (held_for in ('authorization', 'overdue', 'outcome'))`,
  `create index targets_held_for on targets (account, held_for) where held_for is not null`,

  // What was prepared before a person said "publish again" is not used any more.
  `alter table targets add column afresh_from timestamptz`,

  // A disconnected account leaves; what the tenant wrote, and what became of it, stays.
  `alter table targets alter column account drop not null`,
  `alter table targets drop constraint targets_account_fkey`,
  `alter table targets add constraint targets_account_fkey foreign key (account) references accounts on delete set null`,

  // Tokens can be destroyed by who cannot read them: also while no worker runs.
  `grant delete on credentials to quixess_tenant_api`,
  // "Refresh now".
  `grant update (refresh_at) on credentials to quixess_tenant_api`,
];
