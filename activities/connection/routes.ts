import { routeHash } from '../../db/vault/route-hash.ts';
import type { ConnectionParts } from './parts.ts';

interface Routed {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
}

type Parts = Pick<ConnectionParts, 'control' | 'routeKey'>;

const kindOf = ({ platform }: Routed) => (platform === 'facebook' ? 'page' : 'instagram');

/** Lets what happens at Meta on an account find its tenant. A Page that only carries an Instagram account gets no route: its own events go nowhere. */
export async function keepRoutes({ control, routeKey }: Parts, tenant: string, account: Routed): Promise<void> {
  const kind = kindOf(account);
  await control
    .insertInto('routes')
    .values({ hash: routeHash(routeKey, kind, account.meta_id), kind, tenant })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What happens at Meta on an account no longer finds the tenant. */
export async function dropRoutes({ control, routeKey }: Parts, tenant: string, account: Routed): Promise<void> {
  const kind = kindOf(account);
  await control
    .deleteFrom('routes')
    .where('hash', '=', routeHash(routeKey, kind, account.meta_id))
    .where('kind', '=', kind)
    .where('tenant', '=', tenant)
    .execute();
}
