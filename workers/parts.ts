import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { connectionActivities } from '../activities/connection/index.ts';
import { discreet } from '../activities/failures.ts';
import { GraphClient } from '../activities/graph/client.ts';
import { beating } from '../activities/heartbeat.ts';
import { Claims } from '../activities/publish/claims.ts';
import { publishActivities } from '../activities/publish/index.ts';
import { connectControl } from '../db/control/connect.ts';
import { FileMediaStore } from '../db/media/store.ts';
import { TenantPools } from '../db/tenant/pools.ts';
import { Vault } from '../db/vault/vault.ts';
import type { Config } from '../deploy/config.ts';

/** Opens everything that the activities of a worker need, and wires them. */
export async function openParts(config: Config<'worker'>, log: Logger, client: Client, goingDown: AbortSignal) {
  const control = connectControl(config.WORKER_DATABASE_URL);
  const vault = await Vault.open({ masterKey: config.MASTER_KEY, control });
  const tenants = new TenantPools({
    control,
    role: 'worker',
    openPassword: (tenant, sealed) => vault.openWorkerPassword(tenant, sealed),
    maxConnectionsPerTenant: config.TENANT_POOL_CONNECTIONS,
    maxConnections: config.TENANT_CONNECTIONS,
  });
  const graph = new GraphClient({
    graphUrl: config.META_GRAPH_URL,
    appId: config.META_APP_ID,
    appSecret: config.META_APP_SECRET,
    alarm: (words, details) => log.error(details, words),
  });
  const shared = { control, vault, tenants, graph };
  return {
    control,
    publishActivities: discreet(
      publishActivities({
        ...shared,
        media: new FileMediaStore(config.MEDIA_DIR),
        claims: new Claims(control),
        witnessFactor: config.WITNESS_DELAY_FACTOR,
        goingDown,
      }),
    ),
    connectionActivities: discreet(
      beating(
        connectionActivities({
          ...shared,
          temporal: client,
          routeKey: config.ROUTE_KEY,
          redirectUri: `${config.PUBLIC_URL}/oauth/meta/callback`,
        }),
      ),
    ),
    async close() {
      await graph.close();
      await tenants.close();
      await control.destroy();
    },
  };
}
