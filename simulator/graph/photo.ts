import { badParameter, notFound } from '../errors.ts';
import { deletePhoto, type Photo } from '../state/photos.ts';
import type { Call } from './call.ts';
import { askedFields, pick } from './fields.ts';
import { photoNode } from './nodes/photo.ts';
import { needToPost, needToRead } from './rights.ts';

/** `GET /{photo}`. */
export function readPhoto(call: Call, photo: Photo): unknown {
  needToRead(call, ['pages_read_engagement'], photo.page_id);
  return pick(call, photoNode, photo, askedFields(call, photoNode.unasked));
}

/** `DELETE /{photo}`: not one that a post has taken; that goes with its post. */
export function removePhoto(call: Call, photo: Photo): unknown {
  needToPost(call, photo.page_id);
  if (photo.post_id !== null) throw notFound(call.method, photo.id);
  deletePhoto(call.world.db, photo.id, call.nowMs);
  return { success: true };
}

/** `POST /{photo}`: a photo is published by the post that takes it, never by itself. */
export function changePhoto(call: Call, photo: Photo): never {
  needToPost(call, photo.page_id);
  throw badParameter('Param is_published is not supported on this node');
}
