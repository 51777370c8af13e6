import { v7 as uuidv7 } from 'uuid';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { holdDependents } from './dependents.ts';
import { forgetAccounts } from './forget-accounts.ts';
import { notify } from './notify.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';
import { revoke } from './revoke.ts';

/**
 * Takes a connection apart that a member has disconnected: its accounts, what Meta was asked for, its tokens and its rows. Each step may be
 * done again; the row of the connection goes last.
 * @throws ApplicationFailure, retryable, while another tenant is at work on the same person or Page
 */
export const disconnect =
  (parts: ConnectionParts) =>
  async (ref: ConnectionRef): Promise<void> => {
    const { tenants } = parts;
    const { tenant } = ref;
    const leaving = await tenants.use(tenant, (db) => readLeaving(db, ref.connection));
    if (!leaving) return;
    const { forgotten, handedOver } = await forgetAccounts(parts, ref, leaving.accounts);
    const revoked = await revoke(parts, ref, leaving.person);
    await tenants.use(tenant, (db) =>
      db.transaction().execute(async (trx) => {
        const gone = await trx.deleteFrom('connections').where('id', '=', ref.connection).executeTakeFirst();
        // Another attempt was quicker, and has said so.
        if (!gone.numDeletedRows) return;
        await trx.deleteFrom('notices').where('subject', 'in', leaving.subjects).execute();
        if (revoked === 'not told') await notify(trx, { ...notTold, subject: ref.connection });
        await trx
          .insertInto('audit_log')
          .values({
            ...{ id: uuidv7(), actor_kind: 'worker', action: 'connection.disconnected', subject: ref.connection },
            details: JSON.stringify({ forgotten, handedOver, revoked }),
          })
          .execute();
      }),
    );
    for (const account of leaving.spareFor) await holdDependents(parts, { tenant, account });
  };

const notTold = {
  about: 'connection',
  words: 'A login was disconnected here, but Facebook could not be told.',
  remedy: 'Remove the app at Facebook, under Settings, Business Integrations.',
} as const;

/** @returns undefined where it is gone already, or nobody wants it gone */
async function readLeaving(db: TenantDb, connection: string) {
  const row = await db
    .selectFrom('connections')
    .select(['state', 'meta_user_id'])
    .where('id', '=', connection)
    .executeTakeFirst();
  if (row?.state !== 'erasing') return undefined;
  const accounts = await db
    .selectFrom('accounts')
    .select(['id', 'platform', 'meta_id', 'page_meta_id'])
    .where('connection', '=', connection)
    .execute();
  const spares = await db
    .selectFrom('credentials as c')
    .innerJoin('accounts as a', 'a.id', 'c.account')
    .select('a.id')
    .where('c.connection', '=', connection)
    .whereRef('a.connection', '!=', 'c.connection')
    .execute();
  return {
    person: row.meta_user_id,
    accounts,
    subjects: [connection, ...accounts.map(({ id }) => id)],
    spareFor: spares.map(({ id }) => id),
  };
}
