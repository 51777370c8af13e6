import { DAY_MS } from './clock.ts';
import type { Database } from './database.ts';

/** Photos that nobody published are removed after about a day. */
const UNPUBLISHED_PHOTO_LIFE_MS = DAY_MS;

export interface Photo {
  id: string;
  page_id: string;
  post_id: string | null;
  place: number | null;
  caption: string | null;
  alt_text: string | null;
  type: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
  published: number;
  created_at: number;
  deleted_at: number | null;
}

type NewPhoto = Omit<Photo, 'post_id' | 'place' | 'deleted_at'>;

export function createPhoto(db: Database, photo: NewPhoto): Photo {
  return db.one<Photo>(
    `insert into photos (id, page_id, caption, alt_text, type, width, height, bytes, sha256, published, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[photo.id, photo.page_id, photo.caption, photo.alt_text, photo.type],
    ...[photo.width, photo.height, photo.bytes, photo.sha256, photo.published, photo.created_at],
  ) as Photo;
}

/** Neither deleted, nor left unpublished for too long. */
const alive = `ph.deleted_at is null and (ph.created_at > ?1 or ph.published = 1
  or exists (select 1 from posts po where po.id = ph.post_id and po.is_published = 1))`;

export function findPhoto(db: Database, id: string, nowMs: number): Photo | undefined {
  return db.one<Photo>(`select ph.* from photos ph where ph.id = ?2 and ${alive}`, oldest(nowMs), id);
}

/** The photos of a post in their order. */
export function photosOfPost(db: Database, postId: string, nowMs: number): Photo[] {
  return db.all<Photo>(
    `select ph.* from photos ph where ph.post_id = ?2 and ${alive} order by ph.place`,
    oldest(nowMs),
    postId,
  );
}

export function photosOfPage(db: Database, pageId: string, nowMs: number): Photo[] {
  return db.all<Photo>(
    `select ph.* from photos ph where ph.page_id = ?2 and ${alive} order by ph.created_at desc, ph.rowid desc`,
    ...[oldest(nowMs), pageId],
  );
}

/** Unpublished photos live for a day from their upload; a post made visible keeps those that are still there at that moment. */
export function dropExpiredPhotos(db: Database, nowMs: number): void {
  db.run(
    `update photos as ph set deleted_at = ph.created_at + ?2
     where ph.deleted_at is null and ph.published = 0 and ph.created_at <= ?1
     and not exists (select 1 from posts po where po.id = ph.post_id and po.is_published = 1)`,
    ...[oldest(nowMs), UNPUBLISHED_PHOTO_LIFE_MS],
  );
}

export function attachPhotos(db: Database, postId: string, photoIds: readonly string[]): void {
  for (const [place, id] of photoIds.entries())
    db.run('update photos set post_id = ?, place = ? where id = ?', postId, place, id);
}

export function deletePhoto(db: Database, id: string, nowMs: number): void {
  db.run('update photos set deleted_at = ? where id = ?', nowMs, id);
}

/** The photos that a post was given, in their order, whatever became of them since. */
export const photosGivenTo = (db: Database, postId: string) =>
  db.all<Photo>('select * from photos where post_id = ? order by place', postId);

/** @param ids as JSON; whatever became of them */
export const photosWithIds = (db: Database, ids: string) =>
  db.all<Photo>('select ph.* from json_each(?) wanted join photos ph on ph.id = wanted.value order by wanted.key', ids);

const oldest = (nowMs: number) => nowMs - UNPUBLISHED_PHOTO_LIFE_MS;
