import type { Database } from './database.ts';
import { newPostId } from './ids.ts';

export interface Post {
  sequence: number;
  id: string;
  page_id: string;
  message: string | null;
  link: string | null;
  is_published: number;
  created_at: number;
  published_at: number | null;
  /** How many times it went from invisible to visible. More than one would be a double publication. */
  publications: number;
  /** How many times `is_published=true` was asked for. */
  publish_calls: number;
  deleted_at: number | null;
}

interface NewPost {
  pageId: string;
  message: string | null;
  link: string | null;
  published: boolean;
  nowMs: number;
}

export function createPost(db: Database, { pageId, message, link, published, nowMs }: NewPost): Post {
  const live = published ? 1 : 0;
  return db.one<Post>(
    `insert into posts (id, page_id, message, link, is_published, created_at, published_at, publications)
     values (?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[newPostId(pageId), pageId, message, link, live, nowMs, published ? nowMs : null, live],
  ) as Post;
}

export const findPost = (db: Database, id: string) =>
  db.one<Post>('select * from posts where id = ? and deleted_at is null', id);

export function countPublishCall(db: Database, id: string): void {
  db.run('update posts set publish_calls = publish_calls + 1 where id = ?', id);
}

/** Makes a draft visible; what is visible already stays as it is. */
export function publishPost(db: Database, id: string, nowMs: number): void {
  db.run(
    'update posts set is_published = 1, published_at = ?, publications = publications + 1 where id = ? and is_published = 0',
    ...[nowMs, id],
  );
}

export function editPost(db: Database, id: string, message: string): void {
  db.run('update posts set message = ? where id = ?', message, id);
}

export function deletePost(db: Database, id: string, nowMs: number, keepPhotos: boolean): void {
  db.run('update posts set deleted_at = ? where id = ?', nowMs, id);
  if (keepPhotos) db.run('update photos set post_id = null, place = null, published = 0 where post_id = ?', id);
  else db.run('update photos set deleted_at = ? where post_id = ?', nowMs, id);
}

/** All that were not deleted, newest first by when they were made. */
export const postsOf = (db: Database, pageId: string) =>
  db.all<Post>('select * from posts where page_id = ? and deleted_at is null order by sequence desc', pageId);

/** What visitors of the Page see, newest first by when it became visible. */
export const livePostsOf = (db: Database, pageId: string, atMost = -1) =>
  db.all<Post>(
    `select * from posts where page_id = ? and is_published = 1 and deleted_at is null
     order by published_at desc, sequence desc limit ?`,
    ...[pageId, atMost],
  );

export const countLivePosts = (db: Database, pageId: string) =>
  db.one<{ live: number }>(
    'select count(*) as live from posts where page_id = ? and is_published = 1 and deleted_at is null',
    pageId,
  )?.live ?? 0;

/** Everything there ever was, deleted posts too. */
export const everyPost = (db: Database) => db.all<Post>('select * from posts order by sequence');
