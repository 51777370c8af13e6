import { permalink } from '../graph/nodes/post.ts';
import { dropExpiredPhotos, everyPhoto, type Photo } from '../state/photos.ts';
import { everyPost, livePostsOf, type Post } from '../state/posts.ts';
import type { World } from '../world.ts';

/** Everything that ever was, whatever the Graph would say about it: what tests compare promises with. */
export function truth(world: World) {
  dropExpiredPhotos(world.db, world.clock.nowMs());
  const photos = everyPhoto(world.db);
  return { posts: everyPost(world.db).map((post) => postTruth(post, photos)), photos: photos.map(photoTruth) };
}

/** What visitors of one Page see, newest first. */
export function live(world: World, pageId: string, origin: string) {
  const photos = everyPhoto(world.db);
  return livePostsOf(world.db, pageId).map((post) => ({
    ...postTruth(post, photos),
    permalink: permalink(origin, post),
  }));
}

function postTruth(post: Post, photos: readonly Photo[]) {
  const own = photos.filter(
    ({ post_id, deleted_at }) => post_id === post.id && (deleted_at === null || post.deleted_at !== null),
  );
  return {
    id: post.id,
    page: post.page_id,
    message: post.message,
    link: post.link,
    photoIds: own.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)).map(({ id }) => id),
    isPublished: post.is_published === 1 && post.deleted_at === null,
    createdAt: instant(post.created_at),
    publishedAt: instant(post.published_at),
    publications: post.publications,
    publishCalls: post.publish_calls,
    deletedAt: instant(post.deleted_at),
  };
}

function photoTruth(photo: Photo) {
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
    published: photo.published === 1,
    createdAt: instant(photo.created_at),
    deletedAt: instant(photo.deleted_at),
  };
}

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
