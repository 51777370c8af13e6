import { DAY_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newPostId, newStoryId } from './ids.ts';

export const STORY_LIFE_MS = DAY_MS;

type PostKind = 'feed' | 'video' | 'reel' | 'story';

export interface Post {
  sequence: number;
  id: string;
  page_id: string;
  kind: PostKind;
  /** The video of a video post, a reel or a video story. */
  video_id: string | null;
  /** The photo of a photo story; other posts have theirs attached. */
  photo_id: string | null;
  message: string | null;
  link: string | null;
  edited_at: number | null;
  /** What it said before it was edited the last time. */
  earlier_message: string | null;
  is_published: number;
  /** Made at facebook.com by a person, and not by the app. */
  by_hand: number;
  created_at: number;
  published_at: number | null;
  /** How many times it went from invisible to visible. More than one would be a double publication. */
  publications: number;
  /** How many times `is_published=true` was asked for. */
  publish_calls: number;
  deleted_at: number | null;
  /** The photos that it showed and that went on without it, in their order, as JSON; null where they went with it. */
  outlived_by: string | null;
}

interface NewPost {
  pageId: string;
  kind?: PostKind;
  videoId?: string;
  photoId?: string;
  message: string | null;
  link: string | null;
  published: boolean;
  nowMs: number;
}

export function createPost(db: Database, { pageId, message, link, published, nowMs, ...more }: NewPost): Post {
  const { kind = 'feed', videoId = null, photoId = null } = more;
  const id = kind === 'story' ? newStoryId() : newPostId(pageId);
  const live = published ? 1 : 0;
  return db.one<Post>(
    `insert into posts (id, page_id, kind, video_id, photo_id, message, link, is_published, created_at, published_at, publications)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    ...[id, pageId, kind, videoId, photoId, message, link, live, nowMs, published ? nowMs : null, live],
  ) as Post;
}

export const madeByHand = (db: Database, id: string) => db.run('update posts set by_hand = 1 where id = ?', id);

export const findPost = (db: Database, id: string) =>
  db.one<Post>('select * from posts where id = ? and deleted_at is null', id);

/** What was public once, also where it was deleted since: reads may not know that yet. */
export const recallPost = (db: Database, id: string) =>
  db.one<Post>('select * from posts where id = ? and is_published = 1', id);

/** `is_published=true` was asked for: counts it, and makes a draft visible. */
export function publishWhenAsked(db: Database, id: string, nowMs: number): void {
  db.run(
    `update posts set publish_calls = publish_calls + 1, is_published = 1,
     published_at = iif(is_published, published_at, ?), publications = iif(is_published, publications, publications + 1) where id = ?`,
    ...[nowMs, id],
  );
}

/** Makes a draft visible; what is visible already stays as it is. */
export function publishPost(db: Database, id: string, nowMs: number): void {
  db.run(
    'update posts set is_published = 1, published_at = ?, publications = publications + 1 where id = ? and is_published = 0',
    ...[nowMs, id],
  );
}

export function editPost(db: Database, id: string, message: string, nowMs: number): void {
  db.run(
    'update posts set earlier_message = message, message = ?, edited_at = ? where id = ?',
    ...[message, nowMs, id],
  );
}

export function deletePost(db: Database, id: string, nowMs: number, keepPhotos: boolean): void {
  db.run('update posts set deleted_at = ? where id = ?', nowMs, id);
  if (!keepPhotos) {
    db.run('update photos set deleted_at = ? where post_id = ?', nowMs, id);
    return;
  }
  db.run(
    `update posts set outlived_by = (select json_group_array(shown.id) from
       (select id from photos where post_id = ?1 and deleted_at is null order by place) shown) where id = ?1`,
    id,
  );
  db.run('update photos set post_id = null, place = null, published = 0 where post_id = ?', id);
}

/** What the feed of a Page has, drafts too, newest first by when it was made; a video's post is there when it is published. */
export const postsOf = (db: Database, pageId: string) =>
  db.all<Post>(
    `select * from posts where page_id = ? and deleted_at is null and kind <> 'story'
     and (video_id is null or is_published = 1) order by sequence desc`,
    pageId,
  );

const live = "page_id = ? and is_published = 1 and deleted_at is null and kind <> 'story'";

/** What visitors of the Page see, newest first by when it became visible. */
export const livePostsOf = (db: Database, pageId: string, atMost = -1) =>
  db.all<Post>(
    `select * from posts where ${live} order by published_at desc, sequence desc limit ?`,
    ...[pageId, atMost],
  );

/** The same, with what was deleted since. */
export const recallPostsOf = (db: Database, pageId: string) =>
  db.all<Post>(
    `select * from posts where page_id = ? and is_published = 1 and kind <> 'story'
     order by published_at desc, sequence desc`,
    pageId,
  );

export const countLivePosts = (db: Database, pageId: string) =>
  db.one<{ live: number }>(`select count(*) as live from posts where ${live}`, pageId)?.live ?? 0;

/** Stories that are still to be seen: they are gone a day after they appeared. */
export const storiesOf = (db: Database, pageId: string, nowMs: number) =>
  db.all<Post>(
    `select * from posts where page_id = ? and kind = 'story' and is_published = 1 and deleted_at is null
     and published_at > ? order by published_at desc, sequence desc`,
    ...[pageId, nowMs - STORY_LIFE_MS],
  );

export const postsOfVideo = (db: Database, videoId: string) =>
  db.all<Post>('select * from posts where video_id = ? and deleted_at is null order by sequence', videoId);
