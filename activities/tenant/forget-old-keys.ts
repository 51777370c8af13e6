import { forgetKeys } from '../../db/control/key-work/forget-keys.ts';
import { readKeyWork } from '../../db/control/key-work/read.ts';
import { namedKeys } from '../../db/tenant/sealed/named-keys.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';
import { quietMs } from './quiet.ts';

/**
 * Deletes the old keys when nothing names them any more, and ends the rotation. A value that opens with no key keeps the key that it names.
 * @returns `in use` when something was written under an old key since the last pass; `early` when it was quiet for too short a time
 */
export const forgetOldKeys =
  ({ control, tenants }: Pick<TenantParts, 'control' | 'tenants'>) =>
  async ({ tenant }: KeyWorkRef): Promise<'forgotten' | 'in use' | 'early'> => {
    const work = await readKeyWork(control, tenant, 'rotate-key');
    if (!work?.newKey || work.finished) return 'forgotten';
    const { newKey, unopenable } = work;
    const named = await tenants.use(tenant, (db) => namedKeys(db, newKey));
    if (named.reduce((sum, { values }) => sum + values, 0) > unopenable) return 'in use';
    const keep = named.map(({ keyId }) => keyId);
    return (await forgetKeys(control, { tenant, newKey, named: keep, quietMs })) ? 'forgotten' : 'early';
  };
