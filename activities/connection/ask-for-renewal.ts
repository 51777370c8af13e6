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

const within = (daysLeft: number) => (daysLeft === 1 ? 'within a day' : `within ${daysLeft} days`);

const sentences = {
  login: (daysLeft: number) =>
    daysLeft === 0
      ? 'The login at Facebook has ended. Publishing goes on; finding new Pages does not.'
      : `The login at Facebook ends ${within(daysLeft)}, and Facebook does not renew it by itself.`,
  'data-access': (daysLeft: number) =>
    daysLeft === 0
      ? "Facebook no longer shows Instagram's data to this product, until the person who connected it logs in again."
      : `Facebook stops showing Instagram's data to this product ${within(daysLeft)}, unless the person who connected it logs in again.`,
};
