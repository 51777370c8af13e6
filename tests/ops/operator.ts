import { inject } from 'vitest';
import { readConfig } from '../../deploy/config.ts';
import { type Ops, openOps } from '../../deploy/ops/open.ts';
import { seedAccount, seedConnection } from '../api/seed.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';
import { freshNamespace } from '../stack/namespace.ts';

export interface Operator {
  fresh: FreshControl;
  ops: Ops;
  tenant: string;
  /** Of the tenant. */
  account: string;
  close(): Promise<void>;
}

/** What the commands work with, on these databases. */
export const opsOn = (fresh: FreshControl, namespace: string): Promise<Ops> =>
  openOps(
    readConfig('ops', {
      ...{ DATABASE_URL: fresh.provisionerUrl, WORKER_DATABASE_URL: fresh.workerUrl },
      ...{ MASTER_KEY: fresh.masterKey, CATALOGUE_KEY: fresh.catalogueKey },
      ...{ TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: namespace },
      ...{ META_APP_ID: '1', META_APP_SECRET: 'a-secret-of-16-or-more', META_GRAPH_URL: 'http://127.0.0.1:1' },
    }),
  );

/** The same, where one tenant has one account, and no worker runs. */
export async function beginOperating(): Promise<Operator> {
  const fresh = await freshControl();
  const tenant = await fresh.tenant();
  const ops = await opsOn(fresh, await freshNamespace(inject('temporalAddress')));
  const account = await ops.tenants.use(tenant, async (db) => seedAccount(db, await seedConnection(db)));
  const close = async () => {
    await ops.close();
    await fresh.close();
  };
  return { fresh, ops, tenant, account, close };
}
