import { permissions } from '../../meta/permissions.ts';
import type { Discovered, Missing } from './missing.ts';

/** One for each permission that was asked for and not granted, by what the person, or Meta, did with it. */
export function missingPermissions({ asked, scopes, ungranted }: Discovered): Missing[] {
  const missing = permissions.filter(({ name }) => asked.includes(name) && !scopes.includes(name));
  return missing.map(({ name, purpose }) => sentences[ungranted[name] ?? 'unoffered'](name, why(purpose)));
}

const why = (purpose: string) => `it is needed ${purpose.charAt(0).toLowerCase()}${purpose.slice(1, -1)}`;

const sentences = {
  declined: (name: string, needed: string): Missing =>
    `The permission ${name} was declined in the dialog; ${needed}. Connect again and leave it ticked.`,
  expired: (name: string, needed: string): Missing =>
    `Facebook took the permission ${name} back, since it was not used for 90 days; ${needed}. Connect again and leave it ticked.`,
  unoffered: (name: string, needed: string): Missing =>
    `Facebook did not offer the permission ${name} in its dialog; ${needed}. An operator has to see at Meta whether the app is in development mode, has Advanced Access to this permission, and has it in the configuration of the login, if it uses one.`,
};
