import type { TenantDb } from '../../db/tenant/pools.ts';
import { alone } from './alone.ts';
import { noneIfDamaged, sealPlace } from './credential.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { dropRoutes, isRouted, type Routed } from './routes.ts';
import { twice } from './twice.ts';

interface Leaving extends Routed {
  id: string;
}

/**
 * Has Meta stop to tell us what happens on a Page, unless anybody still needs it: here, where an account of the same Page stays, or in another
 * tenant. As far as the token still works: Meta is not waited for.
 */
export async function unsubscribe(
  parts: ConnectionParts,
  { tenant, connection }: ConnectionRef,
  pageMetaId: string,
  leaving: readonly Leaving[],
): Promise<void> {
  const ids = leaving.map(({ id }) => id);
  const { staying, credential } = await parts.tenants.use(tenant, async (db) => ({
    staying: await staysWith(db, pageMetaId, ids),
    credential: await credentialFor(db, connection, ids),
  }));
  if (staying) return;
  await alone(parts, 'page', pageMetaId, async () => {
    for (const account of leaving) await dropRoutes(parts, tenant, account);
    if (!credential?.token_sealed || (await isRouted(parts, pageMetaId))) return;
    const place = sealPlace(tenant, credential.id);
    const token = await parts.vault.open(place, credential.token_sealed).catch(noneIfDamaged);
    if (token === undefined) return;
    await twice(parts.graph, { method: 'DELETE', path: `/${pageMetaId}/subscribed_apps`, token });
  });
}

const staysWith = (db: TenantDb, pageMetaId: string, leaving: readonly string[]) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('page_meta_id', '=', pageMetaId)
    .where('id', 'not in', leaving)
    .executeTakeFirst();

const credentialFor = (db: TenantDb, connection: string, accounts: readonly string[]) =>
  db
    .selectFrom('credentials')
    .select(['id', 'token_sealed'])
    .where('connection', '=', connection)
    .where('account', 'in', accounts)
    .where('token_sealed', 'is not', null)
    .executeTakeFirst();
