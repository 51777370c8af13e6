import { makeKey } from '../../db/control/key-work/make-key.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';

/** Makes the new data key, once however often it is tried. */
export const makeDataKey =
  ({ control, vault }: Pick<TenantParts, 'control' | 'vault'>) =>
  ({ tenant }: KeyWorkRef): Promise<void> =>
    makeKey(control, tenant, (keyId) => vault.newDataKey(tenant, keyId));
