import { findPage } from '../../state/accounts.ts';
import { metaTime } from '../../state/clock.ts';
import type { Photo } from '../../state/photos.ts';
import type { Call } from '../call.ts';
import { type FieldTable, narrowed } from '../fields.ts';

export const imageAddress = (origin: string, photoId: string) => `${origin}/photos/${photoId}/image`;

const table: FieldTable<Photo> = {
  id: ({ id }) => id,
  created_time: ({ created_at }) => metaTime(created_at),
  updated_time: ({ created_at }) => metaTime(created_at),
  name: ({ caption }) => caption,
  alt_text: ({ alt_text }) => alt_text ?? 'May be an image',
  alt_text_custom: ({ alt_text }) => alt_text,
  link: ({ id, page_id }, { origin }) => `${origin}/pages/${page_id}#photo-${id}`,
  picture: ({ id }, { origin }) => imageAddress(origin, id),
  images: (photo, { origin }) => [{ height: photo.height, source: imageAddress(origin, photo.id), width: photo.width }],
  height: ({ height }) => height,
  width: ({ width }) => width,
  from: ({ page_id }, call, asked) => narrowed(pageOf(call, page_id), asked),
  // Present on photos that were never published too, so it proves nothing.
  page_story_id: ({ id, page_id, post_id }) => post_id ?? `${page_id}_${id}`,
};

export const photoNode = { name: 'Photo', table, unasked: ['created_time', 'name', 'id'] } as const;

function pageOf({ world }: Call, pageId: string): Record<string, unknown> {
  return { name: findPage(world.db, pageId)?.name, id: pageId };
}
