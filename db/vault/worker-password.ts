import * as envelope from './envelope.ts';
import type { MasterKeys } from './master.ts';

const place = (tenant: string) => [tenant, 'tenants', tenant, 'worker_password_sealed'];

/** Under the master key, not the tenant's: it is needed before anything of the tenant can be read. */
export const sealWorkerPassword = (keys: MasterKeys, tenant: string, password: string): Buffer =>
  envelope.seal(keys.passwords, keys.id, place(tenant), password);

/** @throws VaultError */
export const openWorkerPassword = (keys: MasterKeys, tenant: string, sealed: Buffer): string =>
  envelope.openText(keys.passwords, place(tenant), sealed);
