import { businessPermissions } from './business-permissions.ts';
import { instagramPermissions } from './instagram-permissions.ts';
import { pagePermissions } from './page-permissions.ts';
import type { Permission } from './permission.ts';

/**
 * Everything we may ask of Meta, and why. The OAuth request, the calls and fields that the Graph client lets through, the capabilities,
 * the permission review and the tests of the policy all follow from this table.
 */
export const permissions: readonly Permission[] = [...pagePermissions, ...instagramPermissions, ...businessPermissions];

/** What Meta wants for some of what is promised, beyond the nine of the policy; an operator has them asked for. */
export const furtherPermissions = permissions.flatMap(({ name, byDefault }) => (byDefault ? [] : [name]));

/** The permissions that the OAuth dialog asks for, in the order of the table: those of the policy, and further ones that an operator wants. */
export function scopesToAsk(further: readonly string[] = []): string[] {
  const wanted = new Set(further);
  return permissions.filter(({ name, byDefault }) => byDefault || wanted.has(name)).map(({ name }) => name);
}
