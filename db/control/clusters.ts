import type { ControlDb } from './connect.ts';

/** The server that DATABASE_URL names. Further ones get rows of their own. */
export const ownCluster = 'main';

const withTls = new Set(['require', 'verify-ca', 'verify-full']);
const defaultPort = 5432;

/** Writes down where tenants' databases are reached. */
export async function recordCluster(control: ControlDb, provisionerUrl: string): Promise<void> {
  const { hostname, port, searchParams } = new URL(provisionerUrl);
  const place = {
    // The brackets of an IPv6 address belong to the URL.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || defaultPort,
    tls: withTls.has(searchParams.get('sslmode') ?? ''),
  };
  await control
    .insertInto('clusters')
    .values({ id: ownCluster, ...place })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(place))
    .execute();
}
