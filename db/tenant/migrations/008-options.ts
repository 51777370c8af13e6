import { type Kysely, sql } from 'kysely';

/** What a target carries beside its wording, the wall clock that a post was scheduled by, and what deleting at Meta needs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table targets
    add column options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
    add column first_comment text`,

  // The reading of a clock in a zone is what was meant; publish_at follows from it by the rules that the zone has when the post is touched.
  `alter table posts
    add column local_time text,
    add column zone text,
    add check ((local_time is null) = (zone is null))`,

  // Counts the commands that changed the post: whoever decides by an older reading does not decide.
  `alter table posts add column version int not null default 1`,

  // A published target that is to be deleted at Meta: `deleting` until Meta has said what became of it, then `deleted`,
  // or `published` again with the reason why it stays.
  `alter table targets drop constraint targets_state_check`,
  `alter table targets add constraint targets_state_check check (state in
    ('draft', 'scheduled', 'preparing', 'armed', 'committing', 'published', 'failed', 'canceled', 'held', 'deleting', 'deleted'))`,

  // What is looked for when another post goes to the same account: the same again, or too many in a day.
  `create index targets_published on targets (account, published_at) where published_at is not null`,
];
