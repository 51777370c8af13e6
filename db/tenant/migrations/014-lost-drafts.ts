import { type Kysely, sql } from 'kysely';

/** What came of looking at Meta for something whose answer was lost: it may lie there, and nobody has its id. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `unsure`: something there looks like it, and may be somebody else's.
  `alter table ledger add column looked_for text check (looked_for in ('found', 'absent', 'unsure'))`,
];
