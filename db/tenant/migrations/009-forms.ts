import { type Kysely, sql } from 'kysely';

/** What the ledger has to know to publish in every form that posts take at Meta. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table ledger drop constraint ledger_step_check`,
  `alter table ledger add constraint ledger_step_check check (step in
    ('photo', 'upload', 'container', 'draft', 'commit', 'comment', 'edit', 'discard', 'delete'))`,
  // From when on the age of what lies at Meta counts: that of the oldest part in it. Null: since it was begun.
  `alter table ledger add column fresh_from timestamptz`,
  // The entry of what this was put into: nothing else can have it.
  `alter table ledger add column part_of uuid references ledger`,
  // How far something is that takes several calls, for the next attempt to go on with.
  `alter table ledger add column progress jsonb`,
  // What was put into a post before this was written down.
  `update ledger p set part_of = (
    select d.id from ledger d where d.target = p.target and d.step = 'draft' and d.opened_at > p.opened_at
    order by d.opened_at limit 1)
  where p.step = 'photo'`,

  `alter table witness_reads drop constraint witness_reads_answer_check`,
  `alter table witness_reads add constraint witness_reads_answer_check
    check (answer in ('live', 'not-live', 'gone', 'processing', 'failed', 'no-answer'))`,

  // A commit of which nobody knows what became of it: until a witness has found out, the account publishes nothing else.
  `create table account_commits (
    account uuid primary key references accounts on delete cascade,
    ledger uuid not null references ledger on delete cascade,
    since timestamptz not null default clock_timestamp()
  )`,
  `create index on account_commits (ledger)`,
  `grant select, insert, update, delete on account_commits to quixess_tenant_worker`,
  `grant select on account_commits to quixess_tenant_api`,
];
