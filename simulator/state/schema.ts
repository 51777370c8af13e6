/**
 * Everything the simulator knows, in one SQLite file, so that a process killed at any moment has forgotten nothing it answered.
 * Instants are milliseconds of the simulated clock. `grants` belong to a person and not to a token: what a person unticks in a
 * second dialog is gone for every token they ever gave, as at Meta.
 */
export const schema = `
create table if not exists settings (name text primary key, value text not null) strict;

create table if not exists people (id text primary key, name text not null) strict;

create table if not exists pages (
  id text primary key, name text not null, username text, category text not null, about text,
  followers integer not null, fans integer not null, business integer not null default 0
) strict;

create table if not exists instagram_accounts (
  id text primary key, page_id text not null unique references pages, username text not null, name text not null,
  biography text, followers integer not null, follows integer not null, media integer not null
) strict;

create table if not exists roles (
  person_id text not null references people, page_id text not null references pages,
  tasks text not null, in_business integer not null default 1, position integer not null,
  primary key (person_id, page_id)
) strict;

create table if not exists businesses (id text primary key, name text not null, two_factor_type text not null) strict;

create table if not exists business_pages (
  page_id text primary key references pages, business_id text not null references businesses, held_as text not null
) strict;

create table if not exists business_people (
  business_id text not null references businesses, person_id text not null references people,
  second_factor integer not null, primary key (business_id, person_id)
) strict;

create table if not exists unpublished_pages (page_id text primary key references pages) strict;

create table if not exists other_instagrams (
  page_id text primary key references pages, id text not null unique, username text not null
) strict;

create table if not exists calls (name text primary key, count integer not null) strict;

create table if not exists grants (
  person_id text not null references people, permission text not null, granted integer not null,
  targets text, primary key (person_id, permission)
) strict;

create table if not exists codes (
  code text primary key, person_id text not null references people, redirect_uri text not null,
  expires_at integer not null, used_at integer
) strict;

create table if not exists tokens (
  token text primary key, kind text not null check (kind in ('user', 'page')), person_id text not null references people,
  page_id text references pages, long_lived integer not null, issued_at integer not null,
  expires_at integer not null, data_access_expires_at integer not null, dead_subcode integer
) strict;
create index if not exists tokens_by_person on tokens (person_id, page_id);

create table if not exists posts (
  sequence integer primary key autoincrement, id text not null unique, page_id text not null references pages,
  message text, link text, is_published integer not null, created_at integer not null, published_at integer,
  publications integer not null, publish_calls integer not null default 0, deleted_at integer
) strict;
create index if not exists posts_by_page on posts (page_id, sequence);

create table if not exists photos (
  id text primary key, page_id text not null references pages, post_id text references posts (id), place integer,
  caption text, alt_text text, type text not null, width integer not null, height integer not null, bytes integer not null,
  published integer not null, created_at integer not null, deleted_at integer
) strict;
create index if not exists photos_by_post on photos (post_id, place);

create table if not exists subscriptions (page_id text primary key references pages, fields text not null) strict;

create table if not exists counted (at integer not null, page_id text, refused integer not null) strict;
create index if not exists counted_at on counted (at);

create table if not exists faults (id integer primary key autoincrement, fault text not null, remaining integer, hits integer not null default 0) strict;
`;

/** In the order in which rows may be deleted. */
export const tables = [
  'faults',
  'counted',
  'calls',
  'subscriptions',
  'photos',
  'posts',
  'tokens',
  'codes',
  'grants',
  'roles',
  'other_instagrams',
  'unpublished_pages',
  'business_people',
  'business_pages',
  'businesses',
  'instagram_accounts',
  'pages',
  'people',
  'settings',
] as const;
