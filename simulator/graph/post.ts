import { badParameter, GraphError, notAllowed, notFound } from '../errors.ts';
import { dropExpiredPhotos } from '../state/photos.ts';
import { deletePost, editPost, type Post, publishWhenAsked } from '../state/posts.ts';
import { describeVideo } from '../state/videos.ts';
import type { Call } from './call.ts';
import { checkMessage, refuseDuplicate } from './feed.ts';
import { askedFields, pick } from './fields.ts';
import { postNode } from './nodes/post.ts';
import { needToPost, needToRead } from './rights.ts';
import { secondCall } from './second-call.ts';
import { isSeen } from './visibility.ts';

/** `GET /{post}`. */
export function readPost(call: Call, post: Post): unknown {
  needToRead(call, ['pages_read_engagement'], post.page_id);
  if (!isSeen(post, call)) throw notFound(call.method, post.id);
  return pick(call, postNode, post, askedFields(call, postNode.unasked));
}

/** `POST /{post}`: new words, or out of the draft into the world. */
export function changePost(call: Call, post: Post): unknown {
  needToPost(call, post.page_id);
  const { params, world } = call;
  const message = params.text('message');
  const publish = params.boolean('is_published');
  if (message === undefined && publish === undefined && !params.has('is_hidden'))
    throw badParameter('Nothing to change was given');
  if (publish === false && post.is_published) throw badParameter('A published post cannot be made unpublished');
  checkMessage(message ?? null);
  if (message !== undefined) refuseToReword(post);
  if (publish && !post.is_published && call.switches.duplicateDraft === 'error')
    refuseDuplicate(call, post.page_id, message ?? post.message, post.link);
  world.db.transaction(() => {
    if (message !== undefined) reword(call, post, message);
    if (publish) makeVisible(call, post);
  });
  if (publish && post.is_published && secondCall(call, call.switches.publishAgain) === 'error')
    throw new GraphError(100, '(#100) This post has already been published');
  return { success: true };
}

function reword({ world: { db }, nowMs }: Call, { id, video_id }: Post, message: string): void {
  editPost(db, id, message, nowMs);
  if (video_id !== null) describeVideo(db, video_id, message);
}

/** Only what the app itself made, and stories have no words (Page Post, "Updating", 2026-09-11); with which codes is not documented. */
export function refuseToReword({ by_hand, kind }: Post): void {
  if (by_hand) throw notAllowed('An app can only edit posts that it has made itself');
  if (kind === 'story') throw badParameter('A story cannot be edited');
}

/** `DELETE /{post}`. */
export function removePost(call: Call, post: Post): unknown {
  needToPost(call, post.page_id);
  const { world, nowMs, switches } = call;
  world.db.transaction(() => deletePost(world.db, post.id, nowMs, switches.photosOutlivePost));
  return { success: true };
}

/** Photos that were left for a day are gone by then, and the post appears without them. */
function makeVisible({ world, nowMs }: Call, { id }: Post): void {
  dropExpiredPhotos(world.db, nowMs);
  publishWhenAsked(world.db, id, nowMs);
}
