import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantDb, TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import { type FreshControl, freshControl } from './database.ts';

/** A tenant in a control database of its own, as a worker sees it. */
export interface FreshTenant {
  fresh: FreshControl;
  tenants: TenantPools;
  vault: Vault;
  tenant: string;
  inTenant<T>(work: (db: TenantDb) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function freshTenant(): Promise<FreshTenant> {
  const fresh = await freshControl();
  const limits = { maxConnectionsPerTenant: 4, maxConnections: 4 };
  const { vault, tenants } = await openAsWorker(fresh, limits);
  const tenant = await fresh.tenant();
  return {
    ...{ fresh, tenants, vault, tenant },
    inTenant: (work) => tenants.use(tenant, work),
    close: async () => {
      await tenants.close();
      vault.close();
      await fresh.close();
    },
  };
}
