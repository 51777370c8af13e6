import * as envelope from './envelope.ts';
import { subkey } from './master.ts';
import { sodium } from './sodium.ts';

const keyId = 1;
const place = (tenant: string) => [tenant, 'tenants', tenant, 'api_password_sealed'];

/** Seals the password of the API's login to one tenant's database. */
export const sealPassword = async (catalogueKey: string, tenant: string, password: string): Promise<Buffer> =>
  withKey(catalogueKey, (key) => envelope.seal(key, keyId, place(tenant), password));

/** @throws VaultError also for the password of another tenant */
export const openPassword = async (catalogueKey: string, tenant: string, sealed: Buffer): Promise<string> =>
  withKey(catalogueKey, (key) => envelope.openText(key, place(tenant), sealed));

function withKey<T>(catalogueKey: string, work: (key: Uint8Array) => T): T {
  const given = Buffer.from(catalogueKey, 'base64');
  const key = subkey(given, 'qxcatalg', 1);
  try {
    return work(key);
  } finally {
    sodium.memzero(given);
    sodium.memzero(key);
  }
}
