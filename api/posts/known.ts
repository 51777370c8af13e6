import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Known } from './preflight.ts';
import type { NewPost } from './shapes.ts';

/** What the tenant has of the accounts and media that a post names. */
export async function known(db: TenantDb, { targets, media }: NewPost): Promise<Known> {
  const accounts = await db
    .selectFrom('accounts as a')
    // What is being disconnected takes nothing new.
    .innerJoin('connections as c', (join) => join.onRef('c.id', '=', 'a.connection').on('c.state', '!=', 'erasing'))
    .select(['a.id', 'a.platform'])
    .where(
      'a.id',
      'in',
      targets.map(({ account }) => account),
    )
    .execute();
  const files = media.length
    ? await db
        .selectFrom('media')
        .select(['id', 'content_type as contentType'])
        .where(
          'id',
          'in',
          media.map(({ id }) => id),
        )
        .execute()
    : [];
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    media: new Map(files.map((file) => [file.id, file])),
  };
}
