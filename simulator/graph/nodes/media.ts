import { findInstagram } from '../../state/accounts.ts';
import { metaTime } from '../../state/clock.ts';
import { commentsOn } from '../../state/comments.ts';
import { itemsOf, type Media, type MediaItem } from '../../state/media.ts';
import type { Call } from '../call.ts';
import { type FieldTable, narrowed } from '../fields.ts';

export const fileAddress = (origin: string, sha256: string) => `${origin}/files/${sha256}`;

const table: FieldTable<Media> = {
  id: ({ id }) => id,
  caption: ({ caption }) => caption,
  media_type: ({ media_type }) => media_type,
  media_product_type: ({ product_type }) => product_type,
  media_url: (media, { origin }) => urlOf(itemsOf(media)[0], origin),
  thumbnail_url: (media, { origin }) => {
    const cover = itemsOf(media)[0]?.coverSha256;
    return cover ? fileAddress(origin, cover) : undefined;
  },
  permalink: (media, call) => mediaPermalink(call.origin, media, usernameOf(media, call)),
  shortcode: ({ shortcode }) => shortcode,
  timestamp: ({ published_at }) => metaTime(published_at),
  username: usernameOf,
  owner: ({ account_id }) => ({ id: account_id }),
  like_count: () => 0,
  comments_count: ({ id }, { world }) => commentsOn(world.db, id).length,
  is_comment_enabled: () => true,
  alt_text: (media) => (media.media_type === 'IMAGE' ? itemsOf(media)[0]?.altText : undefined),
  children: (media, { origin }, asked) =>
    media.media_type === 'CAROUSEL_ALBUM'
      ? { data: itemsOf(media).map((item) => narrowed(childIn(item, origin), asked.fields.length ? asked : onlyId)) }
      : undefined,
};

export const mediaNode = { name: 'IGMedia', table, unasked: ['id'] } as const;

/** Where a person sees it; the simulator stands for www.instagram.com too. */
export function mediaPermalink(origin: string, { product_type, shortcode, id }: Media, username: string): string {
  if (product_type === 'STORY') return `${origin}/stories/${username}/${id}`;
  return `${origin}/${product_type === 'REELS' ? 'reel' : 'p'}/${shortcode}/`;
}

function usernameOf({ account_id }: Media, { world }: Call): string {
  return findInstagram(world.db, account_id)?.username ?? '';
}

const onlyId = { name: 'children', fields: [{ name: 'id', fields: [] }] };

const urlOf = (item: MediaItem | undefined, origin: string) =>
  item?.sha256 ? fileAddress(origin, item.sha256) : undefined;

const childIn = (item: MediaItem, origin: string): Record<string, unknown> => ({
  id: item.id,
  media_type: item.type,
  media_url: urlOf(item, origin),
  alt_text: item.altText ?? undefined,
});
