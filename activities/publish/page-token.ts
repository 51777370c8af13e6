import type { TenantDb } from '../../db/tenant/pools.ts';
import type { PublishParts } from './parts.ts';

/**
 * Opens the Page token of an account. It leaves this function to go into a call to Meta and nowhere else.
 * @returns undefined where no living credential is left
 */
export async function pageToken(
  { vault }: Pick<PublishParts, 'vault'>,
  db: TenantDb,
  { tenant, account }: { tenant: string; account: string },
): Promise<string | undefined> {
  const credential = await db
    .selectFrom('credentials')
    .select(['id', 'token_sealed'])
    .where('account', '=', account)
    .where('kind', '=', 'page')
    .where('health', '=', 'alive')
    .where('token_sealed', 'is not', null)
    .orderBy('obtained_at', 'desc')
    .executeTakeFirst();
  if (!credential?.token_sealed) return undefined;
  const context = { tenant, table: 'credentials', row: credential.id, column: 'token_sealed' };
  return vault.open(context, credential.token_sealed);
}
