import { notify } from './notify.ts';
import type { ConnectionParts, ConnectionRef } from './parts.ts';

export interface Asking extends ConnectionRef {
  what: 'login' | 'data-access';
  daysLeft: number;
}

/** Asks the members to have the person log in once more, in time. */
export const askForRenewal =
  ({ tenants }: Pick<ConnectionParts, 'tenants'>) =>
  async ({ tenant, connection, what, daysLeft }: Asking): Promise<void> => {
    const when = daysLeft === 1 ? 'within a day' : `within ${daysLeft} days`;
    const words =
      what === 'login'
        ? `The login at Facebook ends ${when}, and Facebook does not renew it by itself.`
        : `Facebook stops showing Instagram's data to this product ${when}, unless the person who connected it logs in again.`;
    await tenants.use(tenant, (db) =>
      notify(db, { about: 'connection', subject: connection, words, remedy: 'Connect again.' }),
    );
  };
