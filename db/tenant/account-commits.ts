import type { TenantDb } from './pools.ts';

/**
 * Notes that nobody knows what became of a commit. While that is so the account's other commits wait: two unknown ones
 * could not be told apart at Meta. Where one is noted already, that one stays.
 */
export async function blockAccount(db: TenantDb, account: string, ledger: string): Promise<void> {
  await db
    .insertInto('account_commits')
    .values({ account, ledger })
    .onConflict((conflict) => conflict.column('account').doNothing())
    .execute();
}

/** It is known what became of the commit. */
export async function unblockAccount(db: TenantDb, ledger: string): Promise<void> {
  await db.deleteFrom('account_commits').where('ledger', '=', ledger).execute();
}

/** Whether another target's commit has to be witnessed before this one may call. */
export async function isAccountBlocked(db: TenantDb, account: string, target: string): Promise<boolean> {
  const blocking = await db
    .selectFrom('account_commits as c')
    .innerJoin('ledger as l', 'l.id', 'c.ledger')
    .innerJoin('targets as t', 't.id', 'l.target')
    .select('c.ledger')
    .where('c.account', '=', account)
    .where('l.target', '!=', target)
    // What a person has to say what became of it does not stop the account.
    .where('t.state', '=', 'committing')
    .executeTakeFirst();
  return blocking !== undefined;
}
