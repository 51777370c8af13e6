import { routeHash } from '../../db/vault/route-hash.ts';
import type { ConnectionParts } from './parts.ts';

export interface Routed {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  page_meta_id: string;
}

type Parts = Pick<ConnectionParts, 'control' | 'routeKey'>;

/**
 * What leads from Meta to the tenant. A Page that only carries an Instagram account gets a route of its own kind: its own events go nowhere,
 * and everybody can see that its subscription is still needed.
 */
function routesOf({ routeKey }: Parts, { platform, meta_id, page_meta_id }: Routed) {
  if (platform === 'facebook') return [{ hash: routeHash(routeKey, 'page', meta_id), kind: 'page' as const }];
  return [
    { hash: routeHash(routeKey, 'instagram', meta_id), kind: 'instagram' as const },
    { hash: routeHash(routeKey, 'page', page_meta_id), kind: 'carrier' as const },
  ];
}

/** Lets what happens at Meta on an account find its tenant. */
export async function keepRoutes(parts: Parts, tenant: string, account: Routed): Promise<void> {
  await parts.control
    .insertInto('routes')
    .values(routesOf(parts, account).map((route) => ({ ...route, tenant })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The same, where an account is there that may have lost its way while another one was forgotten. */
export async function mendRoutes(
  parts: Parts & Pick<ConnectionParts, 'tenants'>,
  tenant: string,
  account: Routed,
): Promise<void> {
  await keepRoutes(parts, tenant, account);
  const there = await parts.tenants.use(tenant, (db) =>
    db
      .selectFrom('accounts')
      .select('id')
      .where('platform', '=', account.platform)
      .where('meta_id', '=', account.meta_id)
      .executeTakeFirst(),
  );
  if (!there) await dropRoutes(parts, tenant, account);
}

/** What happens at Meta on an account no longer finds the tenant. */
export async function dropRoutes(parts: Parts, tenant: string, account: Routed): Promise<void> {
  for (const { hash, kind } of routesOf(parts, account))
    await parts.control
      .deleteFrom('routes')
      .where('hash', '=', hash)
      .where('kind', '=', kind)
      .where('tenant', '=', tenant)
      .execute();
}

/** Whether any tenant still needs what happens on a Page. */
export async function isRouted({ control, routeKey }: Parts, pageMetaId: string): Promise<boolean> {
  const route = await control
    .selectFrom('routes')
    .select('tenant')
    .where('hash', '=', routeHash(routeKey, 'page', pageMetaId))
    .executeTakeFirst();
  return route !== undefined;
}

/** Whether another tenant is led to by that Page. */
export async function isRoutedElsewhere(
  { control, routeKey }: Parts,
  tenant: string,
  pageMetaId: string,
): Promise<boolean> {
  const route = await control
    .selectFrom('routes')
    .select('tenant')
    .where('hash', '=', routeHash(routeKey, 'page', pageMetaId))
    .where('tenant', '!=', tenant)
    .executeTakeFirst();
  return route !== undefined;
}

/** The route of a person is dropped. @returns whether another tenant knows the same person */
export async function dropPerson({ control, routeKey }: Parts, tenant: string, person: string): Promise<boolean> {
  const hash = routeHash(routeKey, 'person', person);
  const ofPerson = control.deleteFrom('routes').where('hash', '=', hash).where('kind', '=', 'person');
  await ofPerson.where('tenant', '=', tenant).execute();
  const other = await control
    .selectFrom('routes')
    .select('tenant')
    .where('hash', '=', hash)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  return other !== undefined;
}
