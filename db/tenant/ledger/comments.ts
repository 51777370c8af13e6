import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { sayOfPublished, unsayOfPublished } from '../targets/record.ts';
import { closeEntry, type Outcome } from './close.ts';
import type { LedgerRow } from './read.ts';

interface GivingUp {
  target: string;
  entry: string;
  /** What is to be said of it. */
  words: string;
  /** So long after it was written down the call is not under way any more. */
  callOverMs: number;
}

/**
 * Gives up the first comment of an attempt of which nothing is heard, and says so; not while its call may still be under way.
 * @returns for how long it may be, or somebody has heard of it meanwhile; 0 where it was given up
 */
export const giveUpComment = (db: TenantDb, { target, entry, words, callOverMs }: GivingUp): Promise<number> =>
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
    await sayOfPublished(tx, target, words);
    return 0;
  });

/**
 * Says that the first comment of a published post is not there, or that nobody knows, where one is wanted, none was certainly written, and
 * nothing else is said of the post.
 * @param o.unwritten where none can have been written
 * @param o.unsaid where one may have been
 */
export async function sayUncommented(
  db: TenantDb,
  target: string,
  { unwritten, unsaid }: { unwritten: string; unsaid: string },
): Promise<void> {
  const written = (...statuses: LedgerRow['status'][]) =>
    sql<boolean>`exists (select from ledger where target = targets.id and step = 'comment' and status = any(${statuses}::text[]))`;
  await db
    .updateTable('targets')
    .set({ reason: sql<string>`case when ${written('open', 'unknown')} then ${unsaid} else ${unwritten} end` })
    .where('id', '=', target)
    .where('state', '=', 'published')
    .where('first_comment', 'is not', null)
    .where('reason', 'is', null)
    .where(({ not }) => not(written('done')))
    .execute();
}

interface Words {
  /** What is said of the post from now on. */
  say?: string;
  /** With what words begin that are not true any more, as where another attempt took this one for dead. */
  unsay?: readonly string[];
  /** What is said in their place. */
  instead?: string;
}

/**
 * Writes down how the call for a first comment ended, and what is to be said of it with it.
 * @returns whether anything was taken back
 */
export const closeComment = (
  db: TenantDb,
  { target, entry }: { target: string; entry: string },
  outcome: Outcome,
  { say, unsay = [], instead }: Words,
): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    await closeEntry(tx, entry, outcome);
    if (say) await sayOfPublished(tx, target, say);
    return unsayOfPublished(tx, target, unsay, instead);
  });
