import { mediaPermalink } from '../graph/nodes/media.ts';
import { permalink } from '../graph/nodes/post.ts';
import { findInstagram } from '../state/accounts.ts';
import { changedSince, revision } from '../state/changes.ts';
import type { Comment } from '../state/comments.ts';
import type { Container } from '../state/containers.ts';
import { instagramStoriesOf, type Media, mediaOf } from '../state/media.ts';
import { dropExpiredPhotos, type Photo } from '../state/photos.ts';
import { livePostsOf, type Post, storiesOf } from '../state/posts.ts';
import type { Video } from '../state/videos.ts';
import type { World } from '../world.ts';
import { containerTruth, mediaTruth } from './instagram-truth.ts';
import { commentTruth, photoTruth, postTruth, videoTruth } from './page-truth.ts';

/**
 * Everything that ever was, whatever the Graph would say about it: what tests compare promises with. With `since`, what has changed after
 * that revision; the answer says which revision it is itself.
 */
export function truth({ db, clock }: World, since: number) {
  dropExpiredPhotos(db, clock.nowMs());
  return {
    revision: revision(db),
    posts: changedSince<Post>(db, 'posts', since).map((post) => postTruth(db, post)),
    photos: changedSince<Photo>(db, 'photos', since).map(photoTruth),
    videos: changedSince<Video>(db, 'videos', since).map((video) => videoTruth(db, video)),
    containers: changedSince<Container>(db, 'containers', since).map((one) => containerTruth(db, one, clock.nowMs())),
    media: changedSince<Media>(db, 'media', since).map(mediaTruth),
    comments: changedSince<Comment>(db, 'comments', since).map(commentTruth),
  };
}

/** What visitors of one Page see, stories too, newest first. */
export function live({ db, clock }: World, pageId: string, origin: string) {
  const seen = [...storiesOf(db, pageId, clock.nowMs()), ...livePostsOf(db, pageId)];
  return seen
    .sort((a, b) => (b.published_at ?? 0) - (a.published_at ?? 0) || b.sequence - a.sequence)
    .map((post) => ({ ...postTruth(db, post), permalink: permalink(origin, post) }));
}

/** What visitors of one Instagram account see, stories too, newest first. */
export function liveMedia({ db, clock }: World, accountId: string, origin: string) {
  const username = findInstagram(db, accountId)?.username ?? '';
  return [...instagramStoriesOf(db, accountId, clock.nowMs()), ...mediaOf(db, accountId)]
    .sort((a, b) => b.published_at - a.published_at || b.sequence - a.sequence)
    .map((media) => ({ ...mediaTruth(media), permalink: mediaPermalink(origin, media, username) }));
}
