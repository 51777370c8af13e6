import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { closeEntry, type Outcome } from './close.ts';
import type { LedgerRow } from './read.ts';

/** What is said of a first comment that is not there, or of which nobody knows. */
export interface CommentWords {
  unwritten: string;
  unsaid: string;
}

interface GivingUp {
  target: string;
  entry: string;
  /** What is to be said of it. */
  unsaid: string;
  /** So long after it was written down the call is not under way any more. */
  callOverMs: number;
}

/**
 * Gives up the first comment of an attempt of which nothing is heard, and says so; not while its call may still be under way.
 * @returns for how long it may be, or somebody has heard of it meanwhile; 0 where it was given up
 */
export const giveUpComment = (db: TenantDb, { target, entry, unsaid, callOverMs }: GivingUp): Promise<number> =>
  db.transaction().execute(async (tx) => {
    const { restMs } = await tx
      .selectFrom('ledger')
      .select(
        sql<number>`case when status = 'open'
          then greatest(0, ${callOverMs} - extract(epoch from clock_timestamp() - opened_at) * 1000) else 1 end::float8`.as(
          'restMs',
        ),
      )
      .where('id', '=', entry)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (restMs > 0) return Math.ceil(restMs);
    await closeEntry(tx, entry, { status: 'unknown' });
    await sayOfComment(tx, target, unsaid);
    return 0;
  });

/** Of a post that is published, also while it is to be deleted again. */
const published = (db: TenantDb, target: string) =>
  db.updateTable('targets').where('id', '=', target).where('state', 'in', ['published', 'deleting']);

/** Says something of its first comment; null takes it back. */
const sayOfComment = (db: TenantDb, target: string, words: string | null) =>
  published(db, target).set({ comment_reason: words }).execute();

const hasEntry = (...statuses: LedgerRow['status'][]) =>
  sql<boolean>`exists (select from ledger where target = targets.id and step = 'comment' and status = any(${statuses}::text[]))`;

/** Says why a first comment is not written, unless one may be: another attempt may have been at it meanwhile. */
export async function sayUnwritten(db: TenantDb, target: string, words: string): Promise<void> {
  await published(db, target)
    .set({ comment_reason: words })
    .where(({ not }) => not(hasEntry('open', 'done', 'unknown')))
    .execute();
}

/**
 * Gives up the first comment of a published post, whoever may be at it, and says that it is not there, or that nobody knows; where one is
 * wanted, none is written, and nothing is said.
 */
export const giveUpUncommented = (db: TenantDb, target: string, { unwritten, unsaid }: CommentWords): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await tx
      .updateTable('ledger')
      .set({ status: 'unknown', closed_at: sql`clock_timestamp()` })
      .where('target', '=', target)
      .where('step', '=', 'comment')
      .where('status', '=', 'open')
      .execute();
    await published(tx, target)
      .set({ comment_reason: sql<string>`case when ${hasEntry('unknown')} then ${unsaid} else ${unwritten} end` })
      // Of what cannot be told from another post it is said that it has none.
      .where('meta_id', 'is not', null)
      .where('first_comment', 'is not', null)
      .where('comment_reason', 'is', null)
      .where(({ not }) => not(hasEntry('done')))
      .execute();
  });

/**
 * Writes down how the call for a first comment ended, and what is to be said of it.
 * @returns whether it is nobody's any more: it may be written, and whoever took its attempt for dead has given it up
 */
export const closeComment = (
  db: TenantDb,
  { target, entry }: { target: string; entry: string },
  outcome: Outcome,
  { unwritten, unsaid }: CommentWords,
): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('ledger')
      .select('status')
      .where('id', '=', entry)
      .forUpdate()
      .executeTakeFirst();
    await closeEntry(tx, entry, outcome);
    if (outcome.status === 'done') await sayOfComment(tx, target, null);
    if (outcome.status === 'unknown') await sayOfComment(tx, target, unsaid);
    const isNobodys = before?.status === 'unknown' && (outcome.status === 'abandoned' || outcome.status === 'refused');
    if (isNobodys) await sayOfComment(tx, target, unwritten);
    return isNobodys;
  });
