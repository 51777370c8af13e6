import { sql } from 'kysely';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { notify } from './notify.ts';
import type { At, ConnectionParts, ConnectionRef } from './parts.ts';

export interface Asking extends At<ConnectionRef> {
  what: 'login' | 'data-access';
  daysLeft: number;
}

/** Asks the members to have the person log in once more, in time. */
export const askForRenewal =
  ({ tenants }: Pick<ConnectionParts, 'tenants'>) =>
  async ({ tenant, connection, what, daysLeft, nowMs }: Asking): Promise<void> => {
    const words = sentences[what](daysLeft);
    await tenants.use(tenant, (db) =>
      notify(db, { about: 'connection', subject: connection, words, remedy: 'Connect again.', nowMs }),
    );
  };

const askedAtMostDays = 14;

/** Meta has renewed the login after all: what was said about its end is not true any more. */
export async function takeBackAsking(db: TenantDb, connection: string): Promise<void> {
  const said = Array.from({ length: askedAtMostDays + 1 }, (_, days) => sentences.login(days));
  await db
    .updateTable('notices')
    .set({ dismissed_at: sql`clock_timestamp()` })
    .where('subject', '=', connection)
    .where('words', 'in', said)
    .where('dismissed_at', 'is', null)
    .execute();
}

const within = (daysLeft: number) => (daysLeft === 1 ? 'within a day' : `within ${daysLeft} days`);

const sentences = {
  login: (daysLeft: number) =>
    daysLeft === 0
      ? 'The login at Facebook has ended. Publishing goes on; finding new Pages does not.'
      : `The login at Facebook ends ${within(daysLeft)}, and Facebook has not renewed it. Publishing goes on after that; finding new Pages does not.`,
  'data-access': (daysLeft: number) =>
    daysLeft === 0
      ? "Facebook no longer shows Instagram's data to this product, until the person who connected it logs in again."
      : `Facebook stops showing Instagram's data to this product ${within(daysLeft)}, unless the person who connected it logs in again.`,
};
