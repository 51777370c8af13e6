import { type Kysely, sql } from 'kysely';

/** People come by invitation, API keys have scopes, and wrong passwords are counted for all API processes together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What a key may do beside its role; keys from before scopes may do whatever their role may.
  `alter table api_keys add column scopes text[] not null default '{read,posts,connections,admin}'
    check (scopes <@ '{read,posts,connections,admin}')`,

  // By hash: what is typed into a login is sometimes a password.
  `create table login_failures (
    who bytea primary key,
    count int not null,
    until timestamptz not null
  )`,
  `create index on login_failures (until)`,

  // An address becomes a member when its owner has answered with a password of their own.
  `create table invitations (
    id uuid primary key,
    tenant uuid not null references tenants on delete cascade,
    email text not null check (email = lower(email)),
    role text not null check (role in ('owner', 'editor', 'viewer')),
    token_hash bytea not null unique,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    unique (tenant, email)
  )`,

  `grant select, insert, update, delete on login_failures, invitations to quixess_control_api`,
];
