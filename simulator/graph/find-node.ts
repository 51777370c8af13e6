import { notFound, unknownAlias } from '../errors.ts';
import {
  findInstagram,
  findPage,
  findPerson,
  type InstagramAccount,
  type Page,
  type Person,
} from '../state/accounts.ts';
import { type Business, findBusiness } from '../state/businesses.ts';
import { findPhoto, type Photo } from '../state/photos.ts';
import { findPost, type Post } from '../state/posts.ts';
import type { Call } from './call.ts';

export type Node =
  | { type: 'person'; subject: Person }
  | { type: 'page'; subject: Page }
  | { type: 'instagram'; subject: InstagramAccount }
  | { type: 'business'; subject: Business }
  | { type: 'post'; subject: Post }
  | { type: 'photo'; subject: Photo };

/** What that id stands for; `me` is the person or the Page the token belongs to. */
export function findNode(call: Call, id: string): Node {
  const { world, token, nowMs } = call;
  if (id === 'me') return findNode(call, token.page_id ?? token.person_id);
  if (!/^\d+(_\d+)?$/.test(id)) throw unknownAlias(id);
  const page = findPage(world.db, id);
  if (page) return { type: 'page', subject: page };
  const post = findPost(world.db, id);
  if (post) return { type: 'post', subject: post };
  const photo = findPhoto(world.db, id, nowMs);
  if (photo) return { type: 'photo', subject: photo };
  const person = findPerson(world.db, id);
  if (person) return { type: 'person', subject: person };
  const instagram = findInstagram(world.db, id);
  if (instagram) return { type: 'instagram', subject: instagram };
  const business = findBusiness(world.db, id);
  if (business) return { type: 'business', subject: business };
  throw notFound(call.method, id);
}

/** The Page something belongs to, if any. */
export function pageIdOf({ type, subject }: Node): string | undefined {
  if (type === 'person' || type === 'business') return undefined;
  return type === 'page' ? subject.id : subject.page_id;
}
