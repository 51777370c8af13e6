import { sql } from 'kysely';
import { isUnheard } from '../ledger/unheard.ts';
import type { TenantDb } from '../pools.ts';

/** It is gone at Meta: that is proven, and stands against what was given up in the meantime. */
export async function isDeleted(db: TenantDb, target: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ state: 'deleted', reason: null, comment_reason: null, since: sql`clock_timestamp()` })
    .where('id', '=', target)
    .where('state', 'in', ['deleting', 'published'])
    .execute();
}

export async function staysPublished(db: TenantDb, target: string, reason: string): Promise<void> {
  await db
    .updateTable('targets')
    .set({ state: 'published', reason, since: sql`clock_timestamp()` })
    .where('id', '=', target)
    .where('state', '=', 'deleting')
    .execute();
}

const unheard =
  'Meta has not said whether it was deleted, so that nobody here can tell whether it is still there. Look at the account.';

/**
 * Gives a deletion up without having seen whether the post is still there.
 * @param stays what is said where nothing of it can have been carried out
 * @param remedy what else to do where it may have been
 */
export async function giveUpDeletion(
  db: TenantDb,
  target: string,
  { stays, remedy }: { stays: string; remedy?: string | undefined },
): Promise<void> {
  const isPerhapsGone = await isUnheard(db, target, 'delete');
  await staysPublished(db, target, isPerhapsGone ? [unheard, remedy].filter(Boolean).join(' ') : stays);
}
