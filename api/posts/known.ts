import { readFacts } from '../../db/tenant/media/facts.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { readAccounts } from '../accounts/read.ts';
import type { Known, Proposal } from './proposal.ts';

/** @param further the permissions that the login asks for besides the nine */
export async function known(
  db: TenantDb,
  { targets, media }: Pick<Proposal, 'targets' | 'media'>,
  further?: readonly string[],
): Promise<Known> {
  const named = await usable(
    db,
    targets.flatMap(({ account }) => account ?? []),
  );
  const ids = [...named.keys()];
  const accounts = ids.length ? await readAccounts(db, further, ids) : [];
  const covers = targets.flatMap(({ options }) => options.coverMedia ?? []);
  return {
    accounts: new Map(
      accounts.map((account) => [account.id, { ...account, publishingQuota: named.get(account.id) ?? null }]),
    ),
    media: await readFacts(db, [...media.map(({ id }) => id), ...covers]),
  };
}

/** With how much each takes in a day; what is being disconnected takes nothing new. */
async function usable(db: TenantDb, accounts: readonly string[]): Promise<Map<string, number | null>> {
  if (!accounts.length) return new Map();
  const rows = await db
    .selectFrom('accounts as a')
    .innerJoin('connections as c', (join) => join.onRef('c.id', '=', 'a.connection').on('c.state', '!=', 'erasing'))
    .select(['a.id', 'a.publishing_quota'])
    .where('a.id', 'in', accounts)
    .execute();
  return new Map(rows.map((row) => [row.id, row.publishing_quota]));
}
