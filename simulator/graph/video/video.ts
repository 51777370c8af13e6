import { notFound } from '../../errors.ts';
import { deleteVideo, type Video } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import { askedFields, pick } from '../fields.ts';
import { videoNode } from '../nodes/video.ts';
import { needToPost, needToRead } from '../rights.ts';
import { hasSettled } from '../visibility.ts';

/** `GET /{video}`. */
export function readVideo(call: Call, video: Video): unknown {
  needToRead(call, ['pages_read_engagement'], video.page_id);
  if (!hasSettled(video.created_at, call)) throw notFound(call.method, video.id);
  return pick(call, videoNode, video, askedFields(call, videoNode.unasked));
}

/** `DELETE /{video}`, with its post. */
export function removeVideo(call: Call, video: Video): unknown {
  needToPost(call, video.page_id);
  call.world.db.transaction(() => deleteVideo(call.world.db, video.id, call.nowMs));
  return { success: true };
}
