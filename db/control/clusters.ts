import pg from 'pg';
import type { ControlDb } from './connect.ts';

/** The server that DATABASE_URL names. Further ones get rows of their own. */
export const ownCluster = 'main';

const defaultPort = 5432;

/** Writes down where tenants' databases are reached. */
export async function recordCluster(control: ControlDb, provisionerUrl: string): Promise<void> {
  const { hostname, port } = new URL(provisionerUrl);
  const place = {
    // The brackets of an IPv6 address belong to the URL.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || defaultPort,
    // An address has many ways to ask for it. Where the provisioner speaks TLS, tenants' data must not travel without.
    tls: Boolean(new pg.Client({ connectionString: provisionerUrl }).ssl),
  };
  await control
    .insertInto('clusters')
    .values({ id: ownCluster, ...place })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(place))
    .execute();
}
