import type { KeyService } from './key-service.ts';
import { sodium } from './sodium.ts';

const place = (tenant: string) => [tenant, 'tenants', tenant, 'worker_password_sealed'];

/** Under the master key, not the tenant's: it is needed before anything of the tenant can be read. */
export const sealWorkerPassword = (keys: KeyService, tenant: string, password: string): Promise<Buffer> =>
  keys.wrap('password', place(tenant), Buffer.from(password));

/** @throws VaultError */
export async function openWorkerPassword(keys: KeyService, tenant: string, sealed: Buffer): Promise<string> {
  const plain = await keys.unwrap('password', place(tenant), sealed);
  try {
    return sodium.to_string(plain);
  } finally {
    sodium.memzero(plain);
  }
}
