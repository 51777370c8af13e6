import { DAY_MS } from './clock.ts';
import type { Database } from './database.ts';
import { newUploadSessionId, newVideoId } from './ids.ts';
import { createPost, type Post, publishPost } from './posts.ts';

export type Flow = 'video' | 'reel' | 'story';
export type VideoState = 'PUBLISHED' | 'DRAFT';

/** A video of a Page: uploaded in one of three ways, finished by one call, visible when it has been processed. */
export interface Video {
  sequence: number;
  id: string;
  page_id: string;
  flow: Flow;
  session_id: string | null;
  file_size: number | null;
  sha256: string | null;
  title: string | null;
  description: string | null;
  /** What was asked for at the finish. */
  video_state: VideoState | null;
  created_at: number;
  uploaded_at: number | null;
  finished_at: number | null;
  /** When processing is over. */
  ready_at: number | null;
  /** Why processing failed. */
  error: string | null;
  finish_calls: number;
  deleted_at: number | null;
}

export function createVideo(
  db: Database,
  { pageId, flow, fileSize, nowMs }: { pageId: string; flow: Flow; fileSize: number | null; nowMs: number },
): Video {
  return db.one<Video>(
    'insert into videos (id, page_id, flow, session_id, file_size, created_at) values (?, ?, ?, ?, ?, ?) returning *',
    ...[newVideoId(), pageId, flow, flow === 'video' ? newUploadSessionId() : null, fileSize, nowMs],
  ) as Video;
}

export const findVideo = (db: Database, id: string) =>
  db.one<Video>('select * from videos where id = ? and deleted_at is null', id);

export const findUploadSession = (db: Database, sessionId: string) =>
  db.one<Video>('select * from videos where session_id = ? and deleted_at is null', sessionId);

export const videosOf = (db: Database, pageId: string) =>
  db.all<Video>('select * from videos where page_id = ? and deleted_at is null order by sequence desc', pageId);

export function noteFileSize(db: Database, id: string, bytes: number): void {
  db.run('update videos set file_size = ? where id = ?', bytes, id);
}

export function noteUploaded(db: Database, id: string, sha256: string, nowMs: number): void {
  db.run('update videos set sha256 = ?, uploaded_at = ? where id = ?', sha256, nowMs, id);
}

export function describeVideo(db: Database, id: string, description: string): void {
  db.run('update videos set description = ? where id = ?', description, id);
}

export function countFinishCall(db: Database, id: string): void {
  db.run('update videos set finish_calls = finish_calls + 1 where id = ?', id);
}

/** Begins the processing, at whose end the post becomes visible; its post is there from now on, unseen. */
export function finishVideo(
  db: Database,
  video: Video,
  asked: Pick<Video, 'title' | 'description' | 'error'> & { state: VideoState; nowMs: number; readyAt: number },
): Post {
  db.run(
    `update videos set title = ?, description = ?, video_state = ?, finished_at = coalesce(finished_at, ?), ready_at = ?, error = ?
     where id = ?`,
    ...[asked.title, asked.description, asked.state, asked.nowMs, asked.readyAt, asked.error, video.id],
  );
  const draft = db.one<Post>(
    'update posts set message = ? where video_id = ? and is_published = 0 and deleted_at is null returning *',
    ...[asked.description, video.id],
  );
  return draft ?? addPostOf(db, { ...video, description: asked.description }, asked.nowMs);
}

/** A post with this video that nobody sees yet. */
export const addPostOf = (db: Database, { page_id, flow, id, description }: Video, nowMs: number): Post =>
  createPost(db, {
    ...{ pageId: page_id, kind: flow, videoId: id, message: description, link: null, published: false, nowMs },
  });

/** Makes visible whatever has been processed by now, as of the instant at which it was. */
export function publishProcessedVideos(db: Database, nowMs: number): void {
  const due = db.all<{ id: string; ready_at: number }>(
    `select p.id, max(v.ready_at, p.created_at) as ready_at from posts p join videos v on v.id = p.video_id
     where p.video_id is not null and p.is_published = 0 and p.deleted_at is null and v.ready_at <= ?
     and v.error is null and v.video_state = 'PUBLISHED'`,
    nowMs,
  );
  for (const { id, ready_at } of due) publishPost(db, id, ready_at);
}

/** Reels that the app has published within the last day. */
export const reelsOfDay = (db: Database, pageId: string, nowMs: number) =>
  db.one<{ n: number }>(
    `select count(*) as n from videos where page_id = ? and flow = 'reel' and video_state = 'PUBLISHED' and finished_at > ?`,
    ...[pageId, nowMs - DAY_MS],
  )?.n ?? 0;

export function deleteVideo(db: Database, id: string, nowMs: number): void {
  db.run('update videos set deleted_at = ? where id = ?', nowMs, id);
  db.run('update posts set deleted_at = ? where video_id = ? and deleted_at is null', nowMs, id);
}
