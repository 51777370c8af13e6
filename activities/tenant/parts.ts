import type { ControlDb } from '../../db/control/connect.ts';
import type { KeyWork } from '../../db/control/key-work/ask.ts';
import type { TenantPools } from '../../db/tenant/pools.ts';
import type { Vault } from '../../db/vault/vault.ts';

/** What work on a tenant's keys needs; a worker wires it once. */
export interface TenantParts {
  control: ControlDb;
  tenants: TenantPools;
  vault: Vault;
}

export interface KeyWorkRef {
  tenant: string;
  work: KeyWork;
}
