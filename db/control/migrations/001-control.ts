import { type Kysely, sql } from 'kysely';

/**
 * The control database: who the tenants are and where they live, who may log in, and which workflows should be alive.
 * It holds no Meta data: Meta's ids appear as keyed hashes only.
 *
 * `quixess_control_api` and `quixess_control_worker` are groups; the logins of the processes are members of one of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table clusters (
    id text primary key,
    host text not null,
    port int not null,
    tls boolean not null
  )`,

  `create table tenants (
    id uuid primary key,
    name text not null,
    zone text not null default 'UTC',
    overdue_rule text not null default 'ask' check (overdue_rule in ('ask', 'publish', 'cancel')),
    state text not null default 'provisioning' check (state in ('provisioning', 'active', 'closing')),
    cluster text not null references clusters,
    database text not null unique,
    api_role text not null,
    api_password_sealed bytea not null,
    worker_role text not null,
    worker_password_sealed bytea not null,
    created_at timestamptz not null default clock_timestamp()
  )`,

  // Several rows while a key rotates: an old key survives until no row is sealed under it.
  `create table tenant_keys (
    tenant uuid not null references tenants on delete cascade,
    key_id int not null,
    wrapped bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, key_id)
  )`,

  `create table people (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text not null,
    created_at timestamptz not null default clock_timestamp()
  )`,

  `create table memberships (
    person uuid not null references people on delete cascade,
    tenant uuid not null references tenants on delete cascade,
    role text not null check (role in ('owner', 'editor', 'viewer')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (person, tenant)
  )`,
  `create index on memberships (tenant)`,

  `create table sessions (
    id uuid primary key,
    token_hash bytea not null unique,
    person uuid not null references people on delete cascade,
    tenant uuid references tenants on delete cascade,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
  )`,
  `create index on sessions (expires_at)`,
  `create index on sessions (person)`,

  `create table api_keys (
    id uuid primary key,
    tenant uuid not null references tenants on delete cascade,
    name text not null,
    prefix text not null,
    secret_hash bytea not null unique,
    role text not null check (role in ('owner', 'editor', 'viewer')),
    created_by uuid references people on delete set null,
    created_at timestamptz not null default clock_timestamp(),
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `create index on api_keys (tenant)`,

  // From a Page, an Instagram account or a person at Meta to the tenants that know it, by keyed hash.
  `create table routes (
    hash bytea not null,
    kind text not null check (kind in ('page', 'instagram', 'person')),
    tenant uuid not null references tenants on delete cascade,
    primary key (hash, kind, tenant)
  )`,
  `create index on routes (tenant)`,

  // Who should be alive (wanted), who has been told (sent), and what may still be stopped (not claimed).
  // Pages of it are read in the order of ids, whatever the language of the server.
  `create table workflows (
    id text collate "C" primary key,
    tenant uuid,
    wanted int not null default 1,
    sent int not null default 0,
    wanted_at timestamptz not null default clock_timestamp(),
    due_at timestamptz,
    claimed_by uuid,
    claimed_at timestamptz,
    check ((claimed_by is null) = (claimed_at is null))
  )`,
  `create index workflows_unsent on workflows (wanted_at) where sent < wanted`,
  `create index on workflows (tenant)`,

  // One row: how often the lighthouse workflow has counted. If Temporal knows of fewer, its database was lost or restored.
  `create table lighthouse (
    only_row boolean primary key default true check (only_row),
    beats bigint not null default 0
  )`,
  `insert into lighthouse default values`,

  // Work that one of all workers does: whoever holds the lease. It lapses by itself when the holder dies.
  `create table leases (
    name text primary key,
    holder uuid not null,
    until timestamptz not null
  )`,

  `grant usage on schema public to quixess_control_api, quixess_control_worker`,
  `grant select on clusters, tenants, tenant_keys to quixess_control_worker`,
  `grant select, insert, update, delete on workflows, routes, leases to quixess_control_worker`,
  `grant select, update on lighthouse to quixess_control_worker`,
  `grant select on clusters to quixess_control_api`,
  `grant select (id, name, zone, overdue_rule, state, cluster, database, api_role, api_password_sealed, created_at) on tenants to quixess_control_api`,
  `grant update (name, zone, overdue_rule) on tenants to quixess_control_api`,
  `grant select, insert, update, delete on memberships, sessions to quixess_control_api`,
  // Keys are revoked, never deleted; entries are left by their workflows alone.
  `grant select, insert, update on people, api_keys to quixess_control_api`,
  // Only a worker claims: whoever reads and writes what is wanted cannot stop or release a commit.
  `grant select, insert (id, tenant, wanted, sent, wanted_at, due_at), update (wanted, sent, wanted_at, due_at)
    on workflows to quixess_control_api`,
];
