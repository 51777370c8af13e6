import { badParameter, notFound } from '../../errors.ts';
import { editPost, postsOfVideo } from '../../state/posts.ts';
import { deleteVideo, describeVideo, type Video } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import { checkMessage } from '../feed.ts';
import { askedFields, pick } from '../fields.ts';
import { videoNode } from '../nodes/video.ts';
import { refuseToReword } from '../post.ts';
import { needToPost, needToRead } from '../rights.ts';
import { hasSettled } from '../visibility.ts';

/** `GET /{video}`. */
export function readVideo(call: Call, video: Video): unknown {
  needToRead(call, ['pages_read_engagement'], video.page_id);
  if (!hasSettled(video.created_at, call)) throw notFound(call.method, video.id);
  return pick(call, videoNode, video, askedFields(call, videoNode.unasked));
}

/** `POST /{video}`: another description, which is what its post says. */
export function changeVideo(call: Call, video: Video): unknown {
  needToPost(call, video.page_id);
  const { params, world, nowMs } = call;
  const description = params.text('description');
  if (description === undefined) throw badParameter('Nothing to change was given');
  checkMessage(description);
  const posts = postsOfVideo(world.db, video.id);
  posts.forEach(refuseToReword);
  world.db.transaction(() => {
    describeVideo(world.db, video.id, description);
    for (const { id } of posts) editPost(world.db, id, description, nowMs);
  });
  return { success: true };
}

/** `DELETE /{video}`, with its post. */
export function removeVideo(call: Call, video: Video): unknown {
  needToPost(call, video.page_id);
  call.world.db.transaction(() => deleteVideo(call.world.db, video.id, call.nowMs));
  return { success: true };
}
