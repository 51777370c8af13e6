import { notAllowed } from '../errors.ts';
import { type Person, rolesOf } from '../state/accounts.ts';
import { lacksSecondFactor } from '../state/businesses.ts';
import type { Call } from './call.ts';
import { askedFields, pick } from './fields.ts';
import { accountNode } from './nodes/page.ts';
import { listed } from './paging.ts';
import { allows, needSelf } from './rights.ts';

/**
 * `GET /me/accounts`. Not a complete list, as at Meta: a Page of a business portfolio is left out without a word unless
 * `business_management` was granted and the person has a role in that business.
 */
export function accounts(call: Call, person: Person): unknown {
  needSelf(call, person.id);
  if (!allows(call, 'pages_show_list')) return withoutPermission(call);
  const fields = askedFields(call, accountNode.unasked);
  const inBusinessToo = allows(call, 'business_management');
  const shown = rolesOf(call.world.db, person.id)
    .filter(({ page, inBusiness }) => !page.business || (inBusinessToo && inBusiness))
    .filter(({ page }) => !lacksSecondFactor(call.world.db, person.id, page.id))
    .map(({ page }) => page)
    .filter(({ id }) => allows(call, 'pages_show_list', id));
  return listed(call, {
    items: shown,
    idOf: ({ id }) => id,
    path: `${person.id}/accounts`,
    show: (page) => pick(call, accountNode, page, fields),
  });
}

function withoutPermission({ switches }: Call): unknown {
  if (switches.accountsWithoutPermission === 'empty') return { data: [] };
  throw notAllowed('Requires pages_show_list permission to manage the object');
}
