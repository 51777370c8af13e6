import type { Database } from './database.ts';

/** A comment of the Page or the Instagram account itself, on a post or a media. */
export interface Comment {
  sequence: number;
  id: string;
  object_id: string;
  /** The Page or the Instagram account whose object that is. */
  owner_id: string;
  message: string;
  created_at: number;
  deleted_at: number | null;
}

export const createComment = (
  db: Database,
  {
    id,
    objectId,
    ownerId,
    message,
    nowMs,
  }: Record<'id' | 'objectId' | 'ownerId' | 'message', string> & { nowMs: number },
): Comment =>
  db.one<Comment>(
    'insert into comments (id, object_id, owner_id, message, created_at) values (?, ?, ?, ?, ?) returning *',
    ...[id, objectId, ownerId, message, nowMs],
  ) as Comment;

export const findComment = (db: Database, id: string) =>
  db.one<Comment>('select * from comments where id = ? and deleted_at is null', id);

/** The oldest first. */
export const commentsOn = (db: Database, objectId: string) =>
  db.all<Comment>('select * from comments where object_id = ? and deleted_at is null order by sequence', objectId);

export function deleteComment(db: Database, id: string, nowMs: number): void {
  db.run('update comments set deleted_at = ? where id = ?', nowMs, id);
}
