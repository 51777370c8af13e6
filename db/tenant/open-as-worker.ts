import { Vault, type VaultOptions } from '../vault/vault.ts';
import { TenantPools, type TenantPoolsOptions } from './pools.ts';

type Limits = Pick<TenantPoolsOptions, 'maxConnectionsPerTenant' | 'maxConnections'>;

/** The vault, and the tenants' databases by the logins of the worker, whose passwords it opens. Nothing connects before it is used. */
export async function openAsWorker(
  source: VaultOptions,
  limits: Limits,
): Promise<{ vault: Vault; tenants: TenantPools }> {
  const vault = await Vault.open(source);
  const tenants = new TenantPools({
    control: source.control,
    role: 'worker',
    openPassword: (tenant, sealed) => vault.openWorkerPassword(tenant, sealed),
    ...limits,
  });
  return { vault, tenants };
}
