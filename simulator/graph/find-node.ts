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
import { type Comment, findComment } from '../state/comments.ts';
import { type Container, findContainer } from '../state/containers.ts';
import type { Database } from '../state/database.ts';
import { findMedia, type Media, recallMedia } from '../state/media.ts';
import { findPhoto, type Photo } from '../state/photos.ts';
import { findPost, type Post, recallPost } from '../state/posts.ts';
import { findVideo, type Video } from '../state/videos.ts';
import type { World } from '../world.ts';
import type { Call } from './call.ts';

export type Node =
  | { type: 'person'; subject: Person }
  | { type: 'page'; subject: Page }
  | { type: 'instagram'; subject: InstagramAccount }
  | { type: 'business'; subject: Business }
  | { type: 'post'; subject: Post }
  | { type: 'photo'; subject: Photo }
  | { type: 'video'; subject: Video }
  | { type: 'container'; subject: Container }
  | { type: 'media'; subject: Media }
  | { type: 'comment'; subject: Comment };

/**
 * What that id stands for; `me` is the person or the Page the token belongs to.
 * @param isRead it may be something that was deleted: whether that is known yet is for who reads it
 */
export function findNode(call: Call, id: string, isRead = false): Node {
  const { world, token, nowMs } = call;
  if (id === 'me') return findNode(call, token.page_id ?? token.person_id);
  if (!/^\d+(_\d+)?$/.test(id)) throw unknownAlias(id);
  for (const [type, find] of [...(id.includes('_') ? ofTwoNumbers : kinds), ...(isRead ? recalled : [])]) {
    const subject = find(world.db, id, nowMs);
    if (subject) return { type, subject } as Node;
  }
  throw notFound(call.method, id);
}

const kinds: readonly [Node['type'], (db: Database, id: string, nowMs: number) => Node['subject'] | undefined][] = [
  ['page', findPage],
  ['instagram', findInstagram],
  ['post', findPost],
  ['container', findContainer],
  ['media', findMedia],
  ['photo', findPhoto],
  ['video', findVideo],
  ['person', findPerson],
  ['business', findBusiness],
  ['comment', findComment],
];

const recalled: typeof kinds = [
  ['post', recallPost],
  ['media', recallMedia],
];

/** Both kinds are known by what they stand under and a number of their own; every call of a post comes here twice. */
const ofTwoNumbers = kinds.filter(([type]) => type === 'post' || type === 'comment');

/** The Page something belongs to, if any. */
export function pageIdOf({ db }: World, { type, subject }: Node): string | undefined {
  if (type === 'person' || type === 'business') return undefined;
  if (type === 'page') return subject.id;
  if (type === 'container' || type === 'media') return findInstagram(db, subject.account_id)?.page_id;
  if (type === 'comment') return findInstagram(db, subject.owner_id)?.page_id ?? subject.owner_id;
  return subject.page_id;
}
