import { readKeyWork } from '../../db/control/key-work/read.ts';
import { rewrap } from '../../db/control/key-work/rewrap.ts';
import { VaultError } from '../../db/vault/vault.ts';
import { passing } from '../failures.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';

/**
 * Wraps what belongs to a tenant under the master key that was asked for.
 * @throws ApplicationFailure, retryable: another worker may have the right keys
 */
export const rewrapKeys =
  ({ control, vault }: Pick<TenantParts, 'control' | 'vault'>) =>
  async ({ tenant }: KeyWorkRef): Promise<void> => {
    const work = await readKeyWork(control, tenant, 'rewrap');
    if (!work || work.finished) return;
    const [masterId] = vault.masterIds;
    if (work.masterId !== masterId)
      throw passing('The MASTER_KEY of this worker is not the one to wrap under; restart it with the new one');
    try {
      await rewrap(control, {
        tenant,
        masterId,
        dataKey: (keyId, wrapped) => vault.rewrapDataKey(tenant, keyId, wrapped),
        password: (sealed) => vault.rewrapWorkerPassword(tenant, sealed),
      });
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      throw passing('Something opens neither with MASTER_KEY nor with MASTER_KEY_PREVIOUS of this worker');
    }
  };
