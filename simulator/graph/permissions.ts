import { badParameter } from '../errors.ts';
import type { Person } from '../state/accounts.ts';
import { forgetGrants, grantsOf, revokeGrant } from '../state/grants.ts';
import { killTokens } from '../state/tokens.ts';
import type { Call } from './call.ts';
import { needSelf } from './rights.ts';

const APP_REMOVED = 458;

/** `GET /me/permissions`: each permission ever asked for, with what the person said. */
export function permissions(call: Call, { id }: Person): unknown {
  needSelf(call, id);
  const rows = grantsOf(call.world.db, id);
  return { data: rows.map(({ permission, granted }) => ({ permission, status: granted ? 'granted' : 'declined' })) };
}

/** `DELETE /{person}/permissions`: removes the whole app, so every token of that person dies; with a name after it, only that one permission. */
export function revokePermissions(call: Call, { id }: Person): unknown {
  needSelf(call, id);
  const { world, params } = call;
  const one = params.text('permission');
  if (one === undefined) removeApp(world.db, id);
  else if (!revokeGrant(world.db, id, one)) throw badParameter(`Permission ${one.slice(0, 60)} is not granted`);
  return { success: true };
}

/** What happens when a person removes the app. */
export function removeApp(db: Call['world']['db'], personId: string): number {
  forgetGrants(db, personId);
  return killTokens(db, personId, APP_REMOVED);
}
