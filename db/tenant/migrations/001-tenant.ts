import { type Kysely, sql } from 'kysely';

/**
 * A tenant's own database. Columns named `…_sealed` hold ciphertext of the vault; the API's group has no SELECT on them.
 *
 * `quixess_tenant_api` and `quixess_tenant_worker` are groups without login; each tenant's two logins are members of one,
 * and only they may CONNECT to this database. Grants name the groups, so that a clone of the template needs none of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row an attempt to connect: from the click on "connect" until Meta said who it is.
  `create table authorizations (
    id uuid primary key,
    session uuid not null,
    person uuid not null,
    state_hash bytea not null unique,
    code_sealed bytea,
    status text not null default 'waiting'
      check (status in ('waiting', 'returned', 'exchanging', 'done', 'denied', 'failed', 'expired')),
    reason text,
    diagnostic jsonb,
    connection uuid,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    finished_at timestamptz
  )`,

  // One Meta login of one person. `meta_user_id` finds the same connection again when that person connects once more.
  `create table connections (
    id uuid primary key,
    meta_user_id text not null unique,
    state text not null check (state in ('discovering', 'choosing', 'connecting', 'connected', 'erasing')),
    since timestamptz not null default clock_timestamp(),
    reason text,
    remedy text,
    discovered_at timestamptz,
    missing jsonb not null default '[]',
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp()
  )`,

  // What discovery found, until the member has chosen; then the rows go. Never a token here.
  `create table found_accounts (
    id uuid primary key,
    connection uuid not null references connections on delete cascade,
    platform text not null check (platform in ('facebook', 'instagram')),
    meta_id text not null,
    page_meta_id text not null,
    name text not null,
    username text,
    tasks text[] not null default '{}',
    chosen boolean not null default false,
    unique (connection, platform, meta_id)
  )`,

  `create table accounts (
    id uuid primary key,
    connection uuid not null references connections on delete cascade,
    platform text not null check (platform in ('facebook', 'instagram')),
    meta_id text not null,
    page_meta_id text not null,
    name text not null,
    username text,
    picture_url text,
    followers_count bigint,
    tasks text[] not null default '{}',
    connected_at timestamptz not null default clock_timestamp(),
    synced_at timestamptz,
    unique (platform, meta_id)
  )`,
  `create index on accounts (connection)`,

  // Health is kept for each credential: the person's user token (account is null), and one Page token an account.
  `create table credentials (
    id uuid primary key,
    connection uuid not null references connections on delete cascade,
    account uuid references accounts on delete cascade,
    kind text not null check (kind in ('user', 'page')),
    token_sealed bytea,
    scopes text[] not null default '{}',
    granular_scopes jsonb not null default '[]',
    health text not null default 'alive' check (health in ('alive', 'renewal-needed', 'dead')),
    health_since timestamptz not null default clock_timestamp(),
    diagnostic jsonb,
    obtained_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    data_access_expires_at timestamptz,
    refresh_at timestamptz,
    check ((kind = 'page') = (account is not null))
  )`,
  `create unique index credentials_user on credentials (connection) where kind = 'user'`,
  `create unique index credentials_page on credentials (account, connection) where kind = 'page'`,

  `create table media (
    id uuid primary key,
    sha256 bytea not null unique,
    content_type text not null,
    bytes bigint not null,
    width int not null,
    height int not null,
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp()
  )`,

  `create table posts (
    id uuid primary key,
    text text,
    link text,
    publish_at timestamptz,
    draft boolean not null default false,
    created_by uuid not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
  )`,
  `create index on posts (publish_at, id)`,
  // The order of the list of posts: a draft without a time stands where it was made.
  `create index posts_by_time on posts (coalesce(publish_at, created_at), id)`,

  `create table post_media (
    post uuid not null references posts on delete cascade,
    position int not null,
    media uuid not null references media,
    alt_text text,
    primary key (post, position)
  )`,
  `create index on post_media (media)`,

  // One target is one (post, account): the unit that is published. `revision` is what `workflows.wanted` was when this row was last decided on.
  `create table targets (
    id uuid primary key,
    post uuid not null references posts on delete cascade,
    account uuid not null references accounts,
    kind text not null check (kind in ('feed', 'reel', 'story')),
    text text,
    revision int not null default 1,
    state text not null check (state in
      ('draft', 'scheduled', 'preparing', 'armed', 'committing', 'published', 'failed', 'canceled', 'held')),
    since timestamptz not null default clock_timestamp(),
    reason text,
    diagnostic jsonb,
    choices text[] not null default '{}',
    meta_id text,
    permalink text,
    published_at timestamptz,
    unique (post, account, kind)
  )`,
  `create index on targets (account)`,
  `create index on targets (state)`,

  // One row a call to Meta that changes something: written before it, closed after it. An open row means "outcome unknown".
  // `armed` is a commit that waits for its instant: only with a claim (control, workflows.claimed_by = id) may it have called.
  // No cascade: a target with a ledger is deleted by nobody who may not delete the ledger.
  `create table ledger (
    id uuid primary key,
    target uuid not null references targets,
    step text not null check (step in ('photo', 'draft', 'commit', 'discard')),
    position int not null default 0,
    revision int not null,
    content_hash bytea not null,
    status text not null default 'open' check (status in ('armed', 'open', 'done', 'refused', 'unknown', 'abandoned')),
    meta_id text,
    diagnostic jsonb,
    opened_at timestamptz not null default clock_timestamp(),
    called_at timestamptz,
    closed_at timestamptz
  )`,
  `create index on ledger (target, opened_at)`,

  // Looks at Meta that decided, or did not, what became of a commit.
  `create table witness_reads (
    id uuid primary key,
    ledger uuid not null references ledger on delete cascade,
    answer text not null check (answer in ('live', 'not-live', 'gone', 'no-answer')),
    diagnostic jsonb,
    read_at timestamptz not null default clock_timestamp()
  )`,
  `create index on witness_reads (ledger, read_at)`,

  `create table notices (
    id uuid primary key,
    about text not null,
    subject uuid,
    words text not null,
    remedy text,
    created_at timestamptz not null default clock_timestamp(),
    dismissed_at timestamptz
  )`,

  `create table idempotent_answers (
    caller uuid not null,
    key text not null,
    request_hash bytea not null,
    status int,
    headers jsonb,
    body jsonb,
    created_at timestamptz not null default clock_timestamp(),
    primary key (caller, key)
  )`,
  `create index on idempotent_answers (created_at)`,

  `create table audit_log (
    id uuid primary key,
    at timestamptz not null default clock_timestamp(),
    actor_kind text not null check (actor_kind in ('person', 'api-key', 'worker', 'operator')),
    actor uuid,
    action text not null,
    subject uuid,
    details jsonb not null default '{}'
  )`,
  `create index on audit_log (at, id)`,

  `grant usage on schema public to quixess_tenant_api, quixess_tenant_worker`,
  `grant select, insert, update, delete on all tables in schema public to quixess_tenant_worker`,
  // What was done stays written.
  `revoke update, delete on audit_log from quixess_tenant_worker`,

  // The API decides; what Meta said, and what was done there, only workers write.
  `grant select, insert, update, delete on posts, post_media, targets, idempotent_answers to quixess_tenant_api`,
  `grant select, insert, delete on media to quixess_tenant_api`,
  `grant select, insert on audit_log to quixess_tenant_api`,
  `grant select on accounts, ledger, witness_reads, notices, found_accounts, connections to quixess_tenant_api`,
  `grant update (dismissed_at) on notices to quixess_tenant_api`,
  `grant update (chosen) on found_accounts to quixess_tenant_api`,
  `grant update (state, since, reason, remedy) on connections to quixess_tenant_api`,
  `grant insert (id, session, person, state_hash, expires_at) on authorizations to quixess_tenant_api`,
  `grant update (code_sealed, status, reason, diagnostic, finished_at) on authorizations to quixess_tenant_api`,
  `grant select (id, session, person, state_hash, status, reason, diagnostic, connection, created_at, expires_at, finished_at) on authorizations to quixess_tenant_api`,
  `grant select (id, connection, account, kind, scopes, granular_scopes, health, health_since, diagnostic, obtained_at, expires_at, data_access_expires_at, refresh_at) on credentials to quixess_tenant_api`,
];
