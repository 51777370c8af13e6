import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '../state/accounts.ts';
import { newPhotoId } from '../state/ids.ts';
import { attachPhotos, createPhoto, type Photo, photosOfPage } from '../state/photos.ts';
import { createPost } from '../state/posts.ts';
import type { Call } from './call.ts';
import { askedFields, pick } from './fields.ts';
import { photoNode } from './nodes/photo.ts';
import { listed } from './paging.ts';
import { openPicture, type Picture } from './picture.ts';
import { needToPost, needToRead } from './rights.ts';

/** `POST /{page}/photos`: stored; with `published=false` to be attached to a post, otherwise a post of its own at once. */
export async function uploadPhoto(call: Call, page: Page): Promise<unknown> {
  needToPost(call, page.id);
  const fields = call.params.has('fields') ? askedFields(call, photoNode.unasked) : [];
  const picture = await openPicture(call);
  const id = newPhotoId();
  await rename(picture.path, join(call.world.photoDirectory, id));
  const published = call.params.boolean('published') ?? true;
  const { photo, postId } = call.world.db.transaction(() => store(call, page.id, id, picture, published));
  return { ...pick(call, photoNode, photo, fields), ...(postId && { post_id: postId }) };
}

/** `GET /{page}/photos?type=uploaded`; other types are albums that nobody fills here. */
export function photos(call: Call, page: Page): unknown {
  needToRead(call, ['pages_read_engagement'], page.id);
  const items = call.params.text('type') === 'uploaded' ? photosOfPage(call.world.db, page.id, call.nowMs) : [];
  const fields = askedFields(call, photoNode.unasked);
  const show = (photo: Photo) => pick(call, photoNode, photo, fields);
  return listed(call, { items, path: `${page.id}/photos`, idOf: ({ id }) => id, show });
}

function store(call: Call, pageId: string, id: string, picture: Picture, published: boolean) {
  const { params, world, nowMs } = call;
  const caption = params.text('caption') || params.text('message') || null;
  const { type, width, height, bytes, sha256 } = picture;
  const photo = createPhoto(world.db, {
    ...{ id, page_id: pageId, caption, alt_text: params.text('alt_text_custom') || null },
    ...{ type, width, height, bytes, sha256, published: published ? 1 : 0, created_at: nowMs },
  });
  if (!published) return { photo, postId: undefined };
  const post = createPost(world.db, { pageId, message: caption, link: null, published: true, nowMs });
  attachPhotos(world.db, post.id, [id]);
  return { photo, postId: post.id };
}
