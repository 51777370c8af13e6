import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface Rewrapping {
  tenant: string;
  /** The master key that everything is to be under. */
  masterId: number;
  dataKey(keyId: number, wrapped: Buffer): Promise<Buffer>;
  password(sealed: Buffer): Promise<Buffer>;
}

/**
 * Puts everything of a tenant that a master key wraps under another one, all of it or nothing. The keys themselves stay as they are, so
 * nothing that they sealed is touched.
 */
export const rewrap = (control: ControlDb, { tenant, masterId, dataKey, password }: Rewrapping): Promise<void> =>
  control.transaction().execute(async (trx) => {
    const keys = await trx
      .selectFrom('tenant_keys')
      .select(['key_id', 'wrapped'])
      .where('tenant', '=', tenant)
      .forUpdate()
      .execute();
    for (const { key_id, wrapped } of keys)
      await trx
        .updateTable('tenant_keys')
        .set({ wrapped: await dataKey(key_id, wrapped) })
        .where('tenant', '=', tenant)
        .where('key_id', '=', key_id)
        .execute();
    const { worker_password_sealed } = await trx
      .selectFrom('tenants')
      .select('worker_password_sealed')
      .where('id', '=', tenant)
      .forUpdate()
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('tenants')
      .set({ worker_password_sealed: await password(worker_password_sealed) })
      .where('id', '=', tenant)
      .execute();
    await trx
      .updateTable('key_work')
      .set({ finished_at: sql`clock_timestamp()` })
      .where('tenant', '=', tenant)
      .where('work', '=', 'rewrap')
      .where('master_id', '=', masterId)
      .execute();
  });
