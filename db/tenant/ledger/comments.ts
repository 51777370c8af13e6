import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { sayOfPublished, unsayOfPublished } from '../targets/record.ts';
import { closeEntry, type Outcome } from './close.ts';

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

/** Says that no first comment was written, where one is wanted, none may have been, and nothing else is said of the post. */
export async function sayUncommented(db: TenantDb, target: string, words: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ reason: words })
    .where('id', '=', target)
    .where('state', '=', 'published')
    .where('first_comment', 'is not', null)
    .where('reason', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ledger')
            .select('id')
            .where('target', '=', target)
            .where('step', '=', 'comment')
            .where('status', 'not in', ['refused', 'abandoned']),
        ),
      ),
    )
    .execute();
}

/**
 * Writes down how the call for a first comment ended.
 * @param unsay with what words begin that are not true any more, as where another attempt took this one for dead
 * @returns whether any were taken back
 */
export const closeComment = (
  db: TenantDb,
  { target, entry, unsay }: { target: string; entry: string; unsay: readonly string[] },
  outcome: Outcome,
): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    await closeEntry(tx, entry, outcome);
    return unsayOfPublished(tx, target, unsay);
  });
