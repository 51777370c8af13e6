import { notAllowed, notFound } from '../errors.ts';
import type { Person } from '../state/accounts.ts';
import { type Business, businessesOf, pagesOfBusiness } from '../state/businesses.ts';
import type { Call } from './call.ts';
import { askedFields, type FieldTable, pick } from './fields.ts';
import { pageNode } from './nodes/page.ts';
import { listed } from './paging.ts';
import { allows, needSelf } from './rights.ts';

const table: FieldTable<Business> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  two_factor_type: ({ two_factor_type }) => two_factor_type,
  verification_status: () => 'not_verified',
};

const businessNode = { name: 'Business', table, unasked: ['id', 'name'] } as const;

/** `GET /me/businesses`: those in which the person has a role. */
export function businesses(call: Call, person: Person): unknown {
  needSelf(call, person.id);
  needBusinessManagement(call);
  const fields = askedFields(call, businessNode.unasked);
  return listed(call, {
    items: businessesOf(call.world.db, person.id),
    idOf: ({ id }) => id,
    path: `${person.id}/businesses`,
    show: (business) => pick(call, businessNode, business, fields),
  });
}

/** `GET /{business}`: for people of it. */
export function readBusiness(call: Call, business: Business): unknown {
  needMember(call, business);
  return pick(call, businessNode, business, askedFields(call, businessNode.unasked));
}

/** `GET /{business}/owned_pages` and `/client_pages`: all its Pages, whatever the person's role on each, and whatever was ticked. */
export const pagesHeld = (holding: 'owned' | 'client') => (call: Call, business: Business) => {
  needMember(call, business);
  const fields = askedFields(call, pageNode.unasked);
  return listed(call, {
    items: pagesOfBusiness(call.world.db, business.id, holding),
    idOf: ({ id }) => id,
    path: `${business.id}/${holding}_pages`,
    show: (page) => pick(call, pageNode, page, fields),
  });
};

function needMember(call: Call, { id }: Business): void {
  const { world, token, method } = call;
  if (!businessesOf(world.db, token.person_id).some((own) => own.id === id)) throw notFound(method, id);
  needBusinessManagement(call);
}

function needBusinessManagement(call: Call): void {
  if (!allows(call, 'business_management')) throw notAllowed('Requires business_management permission');
}
