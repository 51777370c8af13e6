import type { Comment } from '../state/comments.ts';
import type { Database } from '../state/database.ts';
import { type Photo, photosGivenTo, photosWithIds } from '../state/photos.ts';
import type { Post } from '../state/posts.ts';
import type { Video } from '../state/videos.ts';
import { instant } from './instant.ts';

export function postTruth(db: Database, post: Post) {
  const photos = photosOf(db, post);
  return {
    id: post.id,
    page: post.page_id,
    kind: post.kind,
    message: post.message,
    link: post.link,
    photoIds: photos.map(({ id }) => id),
    media: photos.map(({ sha256, alt_text }) => ({ sha256, altText: alt_text })),
    videoId: post.video_id,
    isPublished: post.is_published === 1 && post.deleted_at === null,
    createdAt: instant(post.created_at),
    publishedAt: instant(post.published_at),
    publications: post.publications,
    publishCalls: post.publish_calls,
    deletedAt: instant(post.deleted_at),
  };
}

/** What went with a deleted post, or outlived it, were its photos; one that was gone before was not. */
function photosOf(db: Database, post: Post): Photo[] {
  if (post.outlived_by !== null) return photosWithIds(db, post.outlived_by);
  const attached = photosGivenTo(db, post.photo_id === null ? post.id : '').filter(
    ({ deleted_at }) => deleted_at === null || post.deleted_at !== null,
  );
  return post.photo_id === null ? attached : db.all<Photo>('select * from photos where id = ?', post.photo_id);
}

export function photoTruth(photo: Photo) {
  return {
    id: photo.id,
    page: photo.page_id,
    post: photo.post_id,
    caption: photo.caption,
    altText: photo.alt_text,
    type: photo.type,
    width: photo.width,
    height: photo.height,
    bytes: photo.bytes,
    sha256: photo.sha256,
    published: photo.published === 1,
    createdAt: instant(photo.created_at),
    deletedAt: instant(photo.deleted_at),
  };
}

export function videoTruth(db: Database, video: Video) {
  const posts = db.all<Post>('select * from posts where video_id = ? order by sequence', video.id);
  return {
    id: video.id,
    page: video.page_id,
    flow: video.flow,
    title: video.title,
    description: video.description,
    sha256: video.sha256,
    videoState: video.video_state,
    createdAt: instant(video.created_at),
    uploadedAt: instant(video.uploaded_at),
    finishedAt: instant(video.finished_at),
    readyAt: instant(video.ready_at),
    error: video.error,
    finishCalls: video.finish_calls,
    posts: posts.map(({ id }) => id),
    publications: posts.reduce((sum, { publications }) => sum + publications, 0),
    deletedAt: instant(video.deleted_at),
  };
}

export function commentTruth(comment: Comment) {
  return {
    id: comment.id,
    object: comment.object_id,
    owner: comment.owner_id,
    message: comment.message,
    createdAt: instant(comment.created_at),
    deletedAt: instant(comment.deleted_at),
  };
}
