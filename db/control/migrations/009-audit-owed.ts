import { type Kysely, sql } from 'kysely';

/**
 * What was done to a tenant here, in control, until it stands in the tenant's own log. An entry is written in the very transaction that does
 * it, so that neither can be without the other. Whoever does things can only add: entries leave by a worker, once they stand there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table audit_owed (
    id uuid primary key,
    tenant uuid not null references tenants on delete cascade,
    at timestamptz not null default clock_timestamp(),
    actor_kind text not null check (actor_kind in ('person', 'api-key', 'worker', 'operator')),
    actor uuid,
    action text not null,
    subject uuid,
    details jsonb not null default '{}'
  )`,
  `create index on audit_owed (tenant, at)`,
  `grant select, insert on audit_owed to quixess_control_api`,
  `grant select, insert, delete on audit_owed to quixess_control_worker`,
];
