import { badParameter, GraphError } from '../errors.ts';
import { findPhoto } from '../state/photos.ts';
import type { Call } from './call.ts';

/** The ids in `attached_media`, in their order: unpublished photos of this Page that no other post has taken. */
export function attachedPhotos(call: Call, pageId: string): string[] {
  const ids = (call.params.list('attached_media') ?? []).map(mediaId);
  if (new Set(ids).size < ids.length) throw badParameter('Param attached_media names a media object twice');
  for (const id of ids) check(call, id, pageId);
  return ids;
}

function mediaId(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'media_fbid' in item ? String(item.media_fbid) : '';
  if (!/^\d+$/.test(id)) throw badParameter('Param attached_media must be an array of objects with media_fbid');
  return id;
}

function check({ world, nowMs }: Call, id: string, pageId: string): void {
  const photo = findPhoto(world.db, id, nowMs);
  if (!photo || photo.page_id !== pageId) throw badParameter(`Invalid parameter: media ${id} does not exist`);
  if (photo.published || photo.post_id !== null)
    throw new GraphError(100, 'Invalid parameter', {
      subcode: 1_366_051,
      userTitle: 'Already Posted',
      userMessage: 'These photos were already posted.',
    });
}
