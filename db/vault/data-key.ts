import type { KeyService } from './key-service.ts';
import { sodium } from './sodium.ts';

const keyBytes = 32;

const place = (tenant: string, keyId: number) => ['tenant_keys', tenant, String(keyId)];

/** A new data key for a tenant, as it is stored. */
export async function newDataKey(keys: KeyService, tenant: string, keyId: number): Promise<Buffer> {
  const key = sodium.randombytes_buf(keyBytes);
  try {
    return await wrapDataKey(keys, tenant, keyId, key);
  } finally {
    sodium.memzero(key);
  }
}

export const wrapDataKey = (keys: KeyService, tenant: string, keyId: number, key: Uint8Array): Promise<Buffer> =>
  keys.wrap('data-key', place(tenant, keyId), key);

/**
 * @returns the key; wipe it
 * @throws VaultError
 */
export const unwrapDataKey = (keys: KeyService, tenant: string, keyId: number, wrapped: Buffer): Promise<Uint8Array> =>
  keys.unwrap('data-key', place(tenant, keyId), wrapped);
