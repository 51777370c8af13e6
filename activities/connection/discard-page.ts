import type { TenantDb } from '../../db/tenant/pools.ts';
import { meaningOf } from '../graph/reactions.ts';
import type { TokenFacts } from '../graph/tokens.ts';
import { forgetToken } from './forget-token.ts';
import { notify } from './notify.ts';

interface DeadAccount {
  account: string;
  credential: string;
  sealed: Buffer;
  name: string;
}

/** Forgets the dead token of a Page. It touches its accounts only, and those go on where another person's token for them lives. */
export async function discardPage(
  db: TenantDb,
  accounts: readonly DeadAccount[],
  { code = 190, subcode }: Pick<TokenFacts, 'code' | 'subcode'>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { account, name, ...of } of accounts) {
      const isForgotten = await forgetToken(trx, of, { code, subcode });
      if (!isForgotten || (await anotherLives(trx, account))) continue;
      const words = `${name} can no longer be used: ${meaningOf(code, subcode).words}`;
      await notify(trx, { about: 'account', subject: account, words, remedy: 'Connect again.' });
    }
  });
}

const anotherLives = (db: TenantDb, account: string) =>
  db
    .selectFrom('credentials')
    .select('id')
    .where('account', '=', account)
    .where('health', '!=', 'dead')
    .executeTakeFirst();
