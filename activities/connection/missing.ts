import type { Sighted } from './find-pages.ts';
import type { Granted } from './granted.ts';
import { type ConnectedAccount, missingAccounts } from './missing-accounts.ts';
import { missingInstagram } from './missing-instagram.ts';
import { missingPages } from './missing-pages.ts';
import { missingPermissions } from './missing-permissions.ts';
import type { Ungranted } from './ungranted.ts';

/** What a member may expect to see and does not, in a sentence, and what to do about it, in another. */
export type Missing = `${string}. ${string}.`;

export interface Discovered extends Granted, Sighted {
  /** The permissions that the login asks for. */
  asked: readonly string[];
  ungranted: Ungranted;
  /** What this connection has been used for until now. */
  connected: readonly ConnectedAccount[];
}

/** A sentence for whatever was expected and is missing, each of them true; none where nothing is. */
export function missingFrom(discovered: Discovered): Missing[] {
  return [
    ...missingPermissions(discovered),
    ...missingPages(discovered),
    ...missingInstagram(discovered),
    ...missingAccounts(discovered),
  ];
}
