import { Client, Connection } from '@temporalio/client';
import { connectControl } from '../../db/control/connect.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';
import type { Stack } from './stack.ts';

const oneByOne = { maxConnectionsPerTenant: 1, maxConnections: 1 };

/** Looks at, or changes, the rows of every tenant of a stack as its worker could. */
export async function asWorker<T>(
  stack: Stack,
  work: (db: TenantDb, tenant: string, vault: Vault) => Promise<T>,
): Promise<T[]> {
  const control = connectControl(stack.control.workerUrl);
  const { vault, tenants } = await openAsWorker({ masterKey: stack.control.masterKey, control }, oneByOne);
  try {
    const rows = await control.selectFrom('tenants').select('id').where('state', '=', 'active').execute();
    const results: T[] = [];
    for (const { id } of rows) results.push(await tenants.use(id, (db) => work(db, id, vault)));
    return results;
  } finally {
    await tenants.close();
    await control.destroy();
    vault.close();
  }
}

/** A client of the Temporal of a stack, for as long as it is used. */
export async function withTemporal<T>({ temporal }: Stack, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    return await work(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}
