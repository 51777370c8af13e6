import { type Kysely, sql } from 'kysely';

/** What a tenant may keep is measured by what lies in the store: so each file there says how large it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table media_files add column bytes bigint`,
  // Nobody knows any more how large one is that nothing refers to; it is deleted within two hours.
  `update media_files f set bytes = coalesce(
    (select m.bytes from media m where m.sha256 = f.sha256),
    (select max(v.bytes) from media_variants v where v.sha256 = f.sha256),
    0)`,
  `alter table media_files alter column bytes set not null`,
];
