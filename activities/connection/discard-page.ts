import type { TenantDb } from '../../db/tenant/pools.ts';
import { meaningOf } from '../graph/reactions.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { forgetToken } from './forget-token.ts';
import { notify } from './notify.ts';

interface DeadAccount {
  account: string;
  credential: string;
  name: string;
}

/** Forgets the dead token of a Page. It touches its accounts only, and those go on where another person's token for them lives. */
export async function discardPage(
  db: TenantDb,
  accounts: readonly DeadAccount[],
  { code = 190, subcode }: Pick<TokenFacts, 'code' | 'subcode'>,
): Promise<void> {
  for (const { account, credential, name } of accounts) {
    await forgetToken(db, credential, { code, subcode });
    if (await anotherLives(db, account)) continue;
    const words = `${name} can no longer be used: ${meaningOf(code, subcode).words}`;
    await notify(db, { about: 'account', subject: account, words, remedy: 'Connect again.' });
  }
}

const anotherLives = (db: TenantDb, account: string) =>
  db
    .selectFrom('credentials')
    .select('id')
    .where('account', '=', account)
    .where('health', '!=', 'dead')
    .executeTakeFirst();
