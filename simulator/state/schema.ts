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

create table if not exists files (
  sha256 text primary key, type text not null, bytes integer not null, width integer, height integer,
  duration_ms integer, frame_rate real, video_codec text, audio_codec text, moov_first integer
) strict;

create table if not exists videos (
  sequence integer primary key autoincrement, id text not null unique, page_id text not null references pages,
  flow text not null check (flow in ('video', 'reel', 'story')), session_id text unique, file_size integer, sha256 text references files,
  title text, description text, video_state text, created_at integer not null, uploaded_at integer, finished_at integer,
  ready_at integer, error text, finish_calls integer not null default 0, deleted_at integer
) strict;
create index if not exists videos_by_page on videos (page_id, sequence);

create table if not exists containers (
  sequence integer primary key autoincrement, id text not null unique,
  account_id text not null references instagram_accounts, media_type text not null, is_carousel_item integer not null,
  children text not null, caption text, alt_text text, options text not null, source_url text, sha256 text references files,
  cover_sha256 text references files, created_at integer not null, ready_at integer, error_subcode integer,
  published_at integer, publish_calls integer not null default 0, deleted_at integer
) strict;
create index if not exists containers_by_account on containers (account_id, created_at);

create table if not exists media (
  sequence integer primary key autoincrement, id text not null unique,
  account_id text not null references instagram_accounts, container_id text references containers (id),
  media_type text not null, product_type text not null, shortcode text not null unique, caption text, items text not null,
  options text not null, published_at integer not null, deleted_at integer
) strict;
create index if not exists media_by_account on media (account_id, published_at);
create index if not exists media_by_container on media (container_id);

create table if not exists comments (
  sequence integer primary key autoincrement, id text not null unique, object_id text not null, owner_id text not null,
  message text not null, created_at integer not null, deleted_at integer
) strict;
create index if not exists comments_by_object on comments (object_id, sequence);

create table if not exists changes (
  revision integer primary key autoincrement, kind text not null, id text not null, unique (kind, id) on conflict replace
) strict;

create table if not exists subscriptions (page_id text primary key references pages, fields text not null) strict;

create table if not exists counted (at integer not null, page_id text, refused integer not null) strict;
create index if not exists counted_at on counted (at);

create table if not exists faults (id integer primary key autoincrement, fault text not null, remaining integer, hits integer not null default 0) strict;
`;

/** Columns that are younger than their table, for a state that an older simulator left. */
export const laterColumns = [
  ['photos', 'sha256', "text not null default ''"],
  ['posts', 'kind', "text not null default 'feed'"],
  ['posts', 'video_id', 'text'],
  ['posts', 'photo_id', 'text'],
  ['posts', 'edited_at', 'integer'],
  ['posts', 'earlier_message', 'text'],
  ['posts', 'by_hand', 'integer not null default 0'],
  ['posts', 'outlived_by', 'text'],
  ['faults', 'met', 'integer not null default 0'],
] as const;

/** What the truth tells of; whatever changes in one of these has a new revision. */
export const truthTables = ['posts', 'photos', 'videos', 'containers', 'media', 'comments'] as const;

/** After `laterColumns`, since it speaks of them. */
export const indexesAndTriggers = [
  "create index if not exists faults_by_page on faults (fault ->> 'page')",
  'create index if not exists posts_by_video on posts (video_id) where video_id is not null',
  'create index if not exists posts_waiting on posts (video_id) where video_id is not null and is_published = 0 and deleted_at is null',
  'create index if not exists photos_waiting on photos (created_at) where published = 0 and deleted_at is null',
  'create index if not exists posts_live on posts (page_id, published_at) where is_published = 1 and deleted_at is null',
  ...truthTables.flatMap((table) =>
    ['insert', 'update'].map(
      (event) => `create trigger if not exists ${table}_${event} after ${event} on ${table}
        begin insert into changes (kind, id) values ('${table}', new.id); end`,
    ),
  ),
  `create trigger if not exists videos_posted after update on posts when new.video_id is not null
     begin insert into changes (kind, id) values ('videos', new.video_id); end`,
].join(';\n');

/** In the order in which rows may be deleted. */
export const tables = [
  'faults',
  'counted',
  'calls',
  'subscriptions',
  'changes',
  'comments',
  'media',
  'containers',
  'photos',
  'posts',
  'videos',
  'files',
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
