import { type Kysely, sql } from 'kysely';

/** What is said of a first comment has a place of its own: an edit or a deletion of the post has its own words, and would overwrite it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table targets add column comment_reason text`,
  `update targets set comment_reason = reason, reason = null where state = 'published'
    and (reason ^@ 'The first comment was not written' or reason ^@ 'Meta did not say whether the first comment was written')`,
];
