import { Client, Connection } from '@temporalio/client';
import { GraphClient } from '../../activities/graph/client.ts';
import { databaseOf, withDatabase } from '../../db/admin.ts';
import { type ControlDb, connectControl } from '../../db/control/connect.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import type { Config } from '../config.ts';

/** What the commands work with. Nothing of it connects before it is used. */
export interface Ops {
  config: Config<'ops'>;
  /** The control database as the worker's login. */
  control: ControlDb;
  /** The address of the control database as its owner, for what makes tenants. */
  ownerUrl: string;
  vault: Vault;
  tenants: TenantPools;
  graph: GraphClient;
  temporal: Client;
  close(): Promise<void>;
}

export async function openOps(config: Config<'ops'>): Promise<Ops> {
  const control = connectControl(config.WORKER_DATABASE_URL, { maxConnections: 4 });
  const { vault, tenants } = await openAsWorker(
    { control, masterKey: config.MASTER_KEY, previousMasterKey: config.MASTER_KEY_PREVIOUS },
    { maxConnectionsPerTenant: 1, maxConnections: 4 },
  );
  const graph = new GraphClient({
    graphUrl: config.META_GRAPH_URL,
    appId: config.META_APP_ID,
    appSecret: config.META_APP_SECRET,
  });
  const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
  return {
    config,
    control,
    ownerUrl: withDatabase(config.DATABASE_URL, databaseOf(config.WORKER_DATABASE_URL)),
    vault,
    tenants,
    graph,
    temporal: new Client({ connection, namespace: config.TEMPORAL_NAMESPACE }),
    async close() {
      await tenants.close();
      await graph.close();
      await control.destroy();
      await connection.close();
      vault.close();
    },
  };
}
