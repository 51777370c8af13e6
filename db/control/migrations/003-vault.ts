import { type Kysely, sql } from 'kysely';

/**
 * Work on the keys of a tenant, and how far it is: `rotate-key` makes a new data key, seals everything under it and deletes the old one;
 * `rewrap` wraps the tenant's keys and the worker's password under another master key. One row a tenant and kind; asking again begins anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table key_work (
    tenant uuid not null references tenants on delete cascade,
    work text not null check (work in ('rotate-key', 'rewrap')),
    asked_at timestamptz not null default clock_timestamp(),
    master_id bigint,
    new_key int,
    resealed int not null default 0,
    unopenable int not null default 0,
    quiet_since timestamptz,
    finished_at timestamptz,
    primary key (tenant, work)
  )`,
  `grant select, insert, update on key_work to quixess_control_worker`,
  `grant insert, update (wrapped), delete on tenant_keys to quixess_control_worker`,
  `grant update (worker_password_sealed) on tenants to quixess_control_worker`,
];
