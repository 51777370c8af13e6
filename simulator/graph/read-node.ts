import { notFound } from '../errors.ts';
import { type InstagramAccount, type Page, type Person, roleOn } from '../state/accounts.ts';
import type { Call } from './call.ts';
import { askedFields, pick } from './fields.ts';
import { instagramNode } from './nodes/instagram.ts';
import { pageNode } from './nodes/page.ts';
import { personNode } from './nodes/person.ts';
import { allows, needToRead } from './rights.ts';

/** `GET /{person}` and `/me`: oneself only. */
export function readPerson(call: Call, person: Person): unknown {
  if (call.token.person_id !== person.id) throw notFound(call.method, person.id);
  return pick(call, personNode, person, askedFields(call, personNode.unasked));
}

/** `GET /{page}`: also one that the list of accounts leaves out, as long as the person has a role on it and granted something for it. */
export function readPage(call: Call, page: Page): unknown {
  const known = roleOn(call.world.db, call.token.person_id, page.id) && allows(call, 'pages_show_list', page.id);
  if (!known) needToRead(call, ['pages_read_engagement'], page.id);
  return pick(call, pageNode, page, askedFields(call, pageNode.unasked));
}

/** `GET /{instagram-account}`. */
export function readInstagram(call: Call, account: InstagramAccount): unknown {
  needToRead(call, ['instagram_basic'], account.id);
  if (!allows(call, 'pages_show_list', account.page_id)) needToRead(call, ['pages_read_engagement'], account.page_id);
  return pick(call, instagramNode, account, askedFields(call, instagramNode.unasked));
}
