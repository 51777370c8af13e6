import { type Kysely, sql } from 'kysely';

/** What the text of a published target is to be at Meta. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The text that is live stays where it was, in `text` or in that of the post, until Meta has the new one. Null: nothing is to change.
  `alter table targets
    add column wished_text text check (wished_text <> ''),
    add column wished_at timestamptz`,
  `alter table targets add constraint targets_wish_check check ((wished_text is null) = (wished_at is null))`,
];
