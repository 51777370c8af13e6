import { badParameter, GraphError, notAllowed, notFound } from '../errors.ts';
import { findInstagram } from '../state/accounts.ts';
import { metaTime } from '../state/clock.ts';
import { createComment as addComment, type Comment, commentsOn, deleteComment } from '../state/comments.ts';
import { newCommentId, newInstagramCommentId } from '../state/ids.ts';
import type { Media } from '../state/media.ts';
import type { Post } from '../state/posts.ts';
import type { Call } from './call.ts';
import { askedFields, type FieldTable, pick } from './fields.ts';
import { listed } from './paging.ts';
import { allows, needPageToken, needToRead } from './rights.ts';
import { secondCall } from './second-call.ts';
import { hasSettled } from './visibility.ts';

const LONGEST_COMMENT = 8_000;

const pageTable: FieldTable<Comment> = {
  id: ({ id }) => id,
  message: ({ message }) => message,
  created_time: ({ created_at }) => metaTime(created_at),
  from: ({ owner_id }) => ({ id: owner_id }),
  comment_count: () => 0,
  like_count: () => 0,
  is_hidden: () => false,
};
const commentNode = { name: 'Comment', table: pageTable, unasked: ['created_time', 'message', 'id'] } as const;

const instagramTable: FieldTable<Comment> = {
  id: ({ id }) => id,
  text: ({ message }) => message,
  timestamp: ({ created_at }) => metaTime(created_at),
  username: ({ owner_id }, { world }) => findInstagram(world.db, owner_id)?.username,
  from: ({ owner_id }, { world }) => ({ id: owner_id, username: findInstagram(world.db, owner_id)?.username }),
  like_count: () => 0,
  hidden: () => false,
};
const instagramCommentNode = {
  name: 'IGComment',
  table: instagramTable,
  unasked: ['timestamp', 'text', 'id'],
} as const;

/** `POST /{post}/comments`, as the Page. */
export function createComment(call: Call, post: Post): unknown {
  needToEngage(call, post.page_id);
  if (!post.is_published) throw badParameter('A post that is not published cannot be commented on');
  return add(call, post.id, post.page_id, newCommentId(post.id));
}

/** `GET /{post}/comments`. */
export function comments(call: Call, post: Post): unknown {
  needToRead(call, ['pages_read_engagement', 'pages_read_user_content'], post.page_id);
  return list(call, post.id, commentNode);
}

/** `POST /{media}/comments`, as the account. */
export function createInstagramComment(call: Call, media: Media): unknown {
  needToRead(call, ['instagram_basic', 'instagram_manage_comments'], media.account_id);
  return add(call, media.id, media.account_id, newInstagramCommentId());
}

/** `GET /{media}/comments`. */
export function instagramComments(call: Call, media: Media): unknown {
  needToRead(call, ['instagram_basic', 'instagram_manage_comments'], media.account_id);
  return list(call, media.id, instagramCommentNode);
}

/** `GET /{comment}`. */
export function readComment(call: Call, comment: Comment): unknown {
  const isInstagram = findInstagram(call.world.db, comment.owner_id) !== undefined;
  needToRead(call, [isInstagram ? 'instagram_manage_comments' : 'pages_read_user_content'], comment.owner_id);
  if (!hasSettled(comment.created_at, call)) throw notFound(call.method, comment.id);
  const node = isInstagram ? instagramCommentNode : commentNode;
  return pick(call, node, comment, askedFields(call, node.unasked));
}

/** `DELETE /{comment}`. */
export function removeComment(call: Call, comment: Comment): unknown {
  if (findInstagram(call.world.db, comment.owner_id)) needToRead(call, ['instagram_manage_comments'], comment.owner_id);
  else needToEngage(call, comment.owner_id);
  deleteComment(call.world.db, comment.id, call.nowMs);
  return { success: true };
}

function needToEngage(call: Call, pageId: string): void {
  needPageToken(call, pageId, ['MODERATE', 'MANAGE']);
  const missing = ['pages_manage_engagement', 'pages_read_engagement'].filter((name) => !allows(call, name, pageId));
  if (missing.length) throw notAllowed(`Requires ${missing.join(' and ')} permission to comment`);
}

function add(call: Call, objectId: string, ownerId: string, id: string): unknown {
  const { world, params, nowMs } = call;
  const message = params.text('message');
  if (!message) throw badParameter('The parameter message is required');
  if (message.length > LONGEST_COMMENT) throw badParameter('The comment is too long');
  const said = commentsOn(world.db, objectId).some((comment) => comment.message === message);
  if (said && secondCall(call, call.switches.commentAgain) === 'error')
    throw new GraphError(506, '(#506) Duplicate comment');
  addComment(world.db, { id, objectId, ownerId, message, nowMs });
  return { id };
}

function list(call: Call, objectId: string, node: typeof commentNode | typeof instagramCommentNode): unknown {
  const fields = askedFields(call, node.unasked);
  const items = commentsOn(call.world.db, objectId).filter(({ created_at }) => hasSettled(created_at, call));
  const show = (comment: Comment) => pick(call, node, comment, fields);
  return listed(call, { items, path: `${objectId}/comments`, idOf: ({ id }) => id, show });
}
