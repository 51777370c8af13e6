import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

/**
 * Gives a tenant a new data key, once for each time that it was asked for. From the next minute on everything new is sealed under it.
 * @param wrap makes the key of this number, wrapped
 */
export const makeKey = (control: ControlDb, tenant: string, wrap: (keyId: number) => Promise<Buffer>): Promise<void> =>
  control.transaction().execute(async (trx) => {
    const asked = await trx
      .selectFrom('key_work')
      .select(['new_key', 'finished_at'])
      .where('tenant', '=', tenant)
      .where('work', '=', 'rotate-key')
      .forUpdate()
      .executeTakeFirst();
    if (!asked || asked.new_key !== null || asked.finished_at) return;
    const { newest } = await trx
      .selectFrom('tenant_keys')
      .select(({ fn }) => fn.max('key_id').as('newest'))
      .where('tenant', '=', tenant)
      .executeTakeFirstOrThrow();
    const keyId = newest + 1;
    await trx
      .insertInto('tenant_keys')
      .values({ tenant, key_id: keyId, wrapped: await wrap(keyId) })
      .execute();
    await trx
      .updateTable('key_work')
      .set({ new_key: keyId, quiet_since: sql`clock_timestamp()` })
      .where('tenant', '=', tenant)
      .where('work', '=', 'rotate-key')
      .execute();
  });
