import { rolesOf } from '../state/accounts.ts';
import { lacksSecondFactor } from '../state/businesses.ts';
import { issueCode } from '../state/codes.ts';
import { grantsOf, recordConsent } from '../state/grants.ts';
import type { World } from '../world.ts';
import type { DialogRequest } from './request.ts';

/** What a person sent from the dialog. */
export interface Decision {
  continues: boolean;
  personId: string;
  pageIds: readonly string[];
  permissions: readonly string[];
}

/** The permissions that the dialog shows: all that were asked for, but not those declined earlier unless they are asked for again. */
export function offeredPermissions(world: World, request: DialogRequest, personId: string): string[] {
  const declined = new Set(
    grantsOf(world.db, personId).flatMap(({ granted, permission }) => (granted ? [] : [permission])),
  );
  const again = request.rerequest || request.allOrNothing;
  const withheld = withheldPermissions(world);
  return request.permissions.filter(
    (permission) => !withheld.includes(permission) && (again || !declined.has(permission)),
  );
}

/** The app has Standard Access to them only, and so they are offered to nobody who has no role on the app. */
const withheldPermissions = (world: World): string[] => world.switches.now.withheldPermissions.split(',');

function offeredPages({ db }: World, personId: string): string[] {
  const own = rolesOf(db, personId).map(({ page }) => page.id);
  return own.filter((id) => !lacksSecondFactor(db, personId, id));
}

/** Where the person is sent back to, after their decision was written down. */
export function decide(world: World, request: DialogRequest, decision: Decision): string {
  if (!decision.continues || (request.allOrNothing && !grantsAll(world, request, decision))) return denied(request);
  const own = offeredPages(world, decision.personId);
  const pageIds = decision.pageIds.includes('all') ? own : decision.pageIds.filter((id) => own.includes(id));
  const offered = offeredPermissions(world, request, decision.personId);
  const ticked = new Set(decision.permissions.includes('all') ? offered : decision.permissions);
  return world.db.transaction(() => {
    recordConsent(world.db, {
      personId: decision.personId,
      granted: offered.filter((permission) => ticked.has(permission)),
      declined: offered.filter((permission) => !ticked.has(permission)),
      pageIds: decision.pageIds.includes('every') ? 'every' : pageIds,
      accumulate: world.switches.now.grantsAccumulate,
    });
    const code = issueCode(world.db, decision.personId, request.redirectUri, world.clock.nowMs());
    return back(request, { code });
  });
}

function grantsAll(world: World, request: DialogRequest, { personId, permissions: ticked }: Decision): boolean {
  const offered = offeredPermissions(world, request, personId);
  return ticked.includes('all') || offered.every((permission) => ticked.includes(permission));
}

function denied(request: DialogRequest): string {
  const why = {
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
  };
  return back(request, why);
}

function back({ redirectUri, state }: DialogRequest, answer: Record<string, string>): string {
  const query = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
}
