import { type Kysely, sql } from 'kysely';

/** Videos beside images, what was converted for a platform, and which files lie in the store. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Read from the bytes at upload; null where the kind of file has no such thing, or it could not be read.
  `alter table media
    add column orientation int,
    add column frames int,
    add column transparent boolean,
    add column duration_ms int,
    add column video_codec text,
    add column audio_codec text,
    add column audio_channels int,
    add column audio_sample_rate_hz int,
    add column frame_rate double precision,
    add column bit_rate int,
    add column moov_first boolean`,
  // Since when no post has been seen to refer to it.
  `alter table media add column unused_since timestamptz`,

  // One row a file in the store: written before the file, deleted after it. So no file is forgotten, and nothing refers to one that is not there.
  `create table media_files (
    sha256 bytea primary key,
    expected_until timestamptz not null
  )`,
  `insert into media_files (sha256, expected_until) select sha256, clock_timestamp() from media`,
  `alter table media add foreign key (sha256) references media_files`,

  // What is sent in place of a media where a platform would refuse it as it is. The recipe says what was done, in which version.
  `create table media_variants (
    id uuid primary key,
    media uuid not null references media on delete cascade,
    recipe text not null,
    sha256 bytea not null references media_files,
    content_type text not null,
    bytes bigint not null,
    width int not null,
    height int not null,
    made_at timestamptz not null default clock_timestamp(),
    unique (media, recipe)
  )`,
  `create index on media_variants (sha256)`,

  `grant select, insert, update, delete on media_files, media_variants to quixess_tenant_worker`,
  `grant select, insert, update, delete on media_files to quixess_tenant_api`,
  `grant select on media_variants to quixess_tenant_api`,
  `grant update (unused_since) on media to quixess_tenant_api`,
];
