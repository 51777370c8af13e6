import type { TenantDb } from '../../db/tenant/pools.ts';
import { livingCredentials } from '../connection/ability.ts';
import { sealPlace } from '../connection/credential.ts';
import type { UsedCredential } from '../connection/judge-credential.ts';
import type { PublishParts } from './parts.ts';

/**
 * Opens the Page token of an account, and says why it cannot publish, where it was not granted that. It leaves this function to go into a call
 * to Meta and nowhere else.
 * @returns undefined where no living credential is left
 */
export async function pageToken(
  { vault }: Pick<PublishParts, 'vault'>,
  db: TenantDb,
  { tenant, account }: { tenant: string; account: string },
): Promise<(UsedCredential & { objection: string | undefined }) | undefined> {
  const [best] = await livingCredentials(db, account);
  if (!best) return undefined;
  const { id, sealed, objection } = best;
  return { id, token: await vault.open(sealPlace(tenant, id), sealed), sealed, objection };
}
