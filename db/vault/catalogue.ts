import * as envelope from './envelope.ts';
import { subkey } from './master.ts';
import { sodium } from './sodium.ts';

const purposes = { passwords: 1, id: 2 } as const;
const place = (tenant: string) => [tenant, 'tenants', tenant, 'api_password_sealed'];

/** CATALOGUE_KEY and, while it is being replaced, what it replaces. */
export interface CatalogueKeys {
  catalogueKey: string;
  previousCatalogueKey?: string | undefined;
}

/** Seals the password of the API's login to one tenant's database. */
export const sealPassword = async (catalogueKey: string, tenant: string, password: string): Promise<Buffer> =>
  withKey(catalogueKey, (key, id) => envelope.seal(key, id, place(tenant), password));

/** @throws VaultError also for the password of another tenant */
export const openPassword = async (catalogueKey: string, tenant: string, sealed: Buffer): Promise<string> =>
  withKey(catalogueKey, (key) => envelope.openText(key, place(tenant), sealed));

/**
 * Opens what the key or the one before it sealed.
 * @returns the password, and which of the two it was
 * @throws VaultError
 */
export async function openWithEither(
  { catalogueKey, previousCatalogueKey }: CatalogueKeys,
  tenant: string,
  sealed: Buffer,
): Promise<{ password: string; under: 'current' | 'previous' }> {
  try {
    return { password: await openPassword(catalogueKey, tenant, sealed), under: 'current' };
  } catch (error) {
    if (!previousCatalogueKey || !(error instanceof envelope.VaultError)) throw error;
    return { password: await openPassword(previousCatalogueKey, tenant, sealed), under: 'previous' };
  }
}

function withKey<T>(catalogueKey: string, work: (key: Uint8Array, id: number) => T): T {
  const given = Buffer.from(catalogueKey, 'base64');
  const derive = (purpose: number) => subkey(given, 'qxcatalg', purpose);
  const key = derive(purposes.passwords);
  try {
    return work(key, Buffer.from(derive(purposes.id)).readUInt32BE());
  } finally {
    sodium.memzero(given);
    sodium.memzero(key);
  }
}
