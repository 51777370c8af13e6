import { DAY_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newMediaId, newShortcode } from './ids.ts';
import { STORY_LIFE_MS } from './posts.ts';

/** One image or video of a media, in its place. */
export interface MediaItem {
  id: string;
  sha256: string | null;
  altText: string | null;
  type: 'IMAGE' | 'VIDEO';
  coverSha256: string | null;
}

/** What is to be seen at Instagram. */
export interface Media {
  sequence: number;
  id: string;
  account_id: string;
  /** Nothing for what somebody posted with their phone. */
  container_id: string | null;
  media_type: 'IMAGE' | 'VIDEO' | 'CAROUSEL_ALBUM';
  product_type: 'FEED' | 'REELS' | 'STORY';
  shortcode: string;
  caption: string | null;
  items: string;
  options: string;
  published_at: number;
  deleted_at: number | null;
}

type NewMedia = Omit<Media, 'sequence' | 'id' | 'shortcode' | 'deleted_at'>;

export function createMedia(db: Database, media: NewMedia): Media {
  return db.one<Media>(
    `insert into media (id, account_id, container_id, media_type, product_type, shortcode, caption, items, options, published_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[newMediaId(), media.account_id, media.container_id, media.media_type, media.product_type, newShortcode()],
    ...[media.caption, media.items, media.options, media.published_at],
  ) as Media;
}

export const findMedia = (db: Database, id: string) =>
  db.one<Media>('select * from media where id = ? and deleted_at is null', id);

/** Also where it was deleted since: reads may not know that yet. */
export const recallMedia = (db: Database, id: string) => db.one<Media>('select * from media where id = ?', id);

export const findMediaByShortcode = (db: Database, shortcode: string) =>
  db.one<Media>('select * from media where shortcode = ? and deleted_at is null', shortcode);

export const mediaOfContainer = (db: Database, containerId: string) =>
  db.all<Media>('select * from media where container_id = ? order by sequence', containerId);

export const itemsOf = ({ items }: Media) => JSON.parse(items) as MediaItem[];

/** Newest first; stories have a list of their own. */
export const mediaOf = (db: Database, accountId: string, atMost = -1) =>
  db.all<Media>(
    `select * from media where account_id = ? and product_type <> 'STORY' and deleted_at is null
     order by published_at desc, sequence desc limit ?`,
    ...[accountId, atMost],
  );

/** The same, with what was deleted since. */
export const recallMediaOf = (db: Database, accountId: string) =>
  db.all<Media>(
    `select * from media where account_id = ? and product_type <> 'STORY' order by published_at desc, sequence desc`,
    accountId,
  );

/** Stories that are still to be seen. */
export const instagramStoriesOf = (db: Database, accountId: string, nowMs: number) =>
  db.all<Media>(
    `select * from media where account_id = ? and product_type = 'STORY' and deleted_at is null and published_at > ?
     order by published_at desc, sequence desc`,
    ...[accountId, nowMs - STORY_LIFE_MS],
  );

/** How much of the quota is used up: what was published by the app since then, deleted or not. */
export const publishedSince = (db: Database, accountId: string, sinceMs: number) =>
  db.one<{ n: number }>(
    'select count(*) as n from media where account_id = ? and published_at > ? and container_id is not null',
    ...[accountId, sinceMs],
  )?.n ?? 0;

export const publishedWithinDay = (db: Database, accountId: string, nowMs: number) =>
  publishedSince(db, accountId, nowMs - DAY_MS);

export const countMedia = (db: Database, accountId: string) =>
  db.one<{ n: number }>(
    `select count(*) as n from media where account_id = ? and product_type <> 'STORY' and deleted_at is null`,
    accountId,
  )?.n ?? 0;

export function deleteMedia(db: Database, id: string, nowMs: number): void {
  db.run('update media set deleted_at = ? where id = ?', nowMs, id);
}
