import { noteResealed, noteUnopenable } from '../../db/control/key-work/note-resealed.ts';
import { readKeyWork } from '../../db/control/key-work/read.ts';
import { type SealedColumn, sealedColumns } from '../../db/tenant/sealed/columns.ts';
import { type Batch, type Resealed, resealBatch } from '../../db/tenant/sealed/reseal.ts';
import type { KeyWorkRef, TenantParts } from './parts.ts';

const batchSize = 100;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * Goes once through everything that the tenant's old keys sealed, in batches, each with its own short transaction. What is done stays
 * done, so that whoever begins again goes on where a killed worker was.
 */
export const reseal =
  (parts: TenantParts) =>
  async ({ tenant }: KeyWorkRef): Promise<{ resealed: number; unopenable: number }> => {
    const work = await readKeyWork(parts.control, tenant, 'rotate-key');
    const sum = { resealed: 0, unopenable: 0 };
    if (!work?.newKey || work.finished) return sum;
    for (const where of sealedColumns) {
      const done = await resealColumn(parts, tenant, where, work.newKey);
      sum.resealed += done.resealed;
      sum.unopenable += done.unopenable;
    }
    if (sum.unopenable !== work.unopenable) await noteUnopenable(parts.control, tenant, sum.unopenable);
    return sum;
  };

async function resealColumn(
  { control, tenants, vault }: TenantParts,
  tenant: string,
  where: SealedColumn,
  keyId: number,
) {
  const sum = { resealed: 0, unopenable: 0 };
  for (let after: string | undefined = beforeAll; after !== undefined; ) {
    const batch: Batch = { tenant, where, keyId, after, size: batchSize };
    const done: Resealed = await tenants.use(tenant, (db) => resealBatch(db, vault, batch));
    if (done.resealed) await noteResealed(control, tenant, done.resealed);
    sum.resealed += done.resealed;
    sum.unopenable += done.unopenable;
    after = done.next;
  }
  return sum;
}
