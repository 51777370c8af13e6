import type { TenantDb } from '../pools.ts';

/**
 * Whether it has to be known first what became of the commit of another target of this account: two unknown ones could not be told apart at Meta.
 * What a person has to say that of does not stop the account.
 */
export async function isAccountBlocked(db: TenantDb, account: string, target: string): Promise<boolean> {
  const other = db
    .selectFrom('targets')
    .select('id')
    .where('account', '=', account)
    .where('id', '!=', target)
    .where('state', '=', 'committing');
  return (await other.limit(1).executeTakeFirst()) !== undefined;
}
