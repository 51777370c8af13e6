import { badParameter } from '../../errors.ts';
import type { Page } from '../../state/accounts.ts';
import { unixSeconds } from '../../state/clock.ts';
import { attachPhotos, findPhoto, type Photo } from '../../state/photos.ts';
import { createPost, findPost, type Post, storiesOf } from '../../state/posts.ts';
import type { Call } from '../call.ts';
import { permalink } from '../nodes/post.ts';
import { listed } from '../paging.ts';
import { needToPost, needToRead } from '../rights.ts';
import { secondCall } from '../second-call.ts';
import { isSeenPublished } from '../visibility.ts';
import { finish } from './finish.ts';
import { startUpload, uploadedVideo } from './reels.ts';

/** `POST /{page}/video_stories`: `start`, the upload, `finish`; the id of the story comes before it can be seen. */
export function publishVideoStory(call: Call, page: Page): unknown {
  needToPost(call, page.id);
  const phase = call.params.text('upload_phase');
  if (phase === 'start') return startUpload(call, page, 'story');
  if (phase !== 'finish') throw badParameter('upload_phase must be start or finish');
  const video = uploadedVideo(call, page, 'story');
  const post = finish(call, video, 'PUBLISHED', call.switches.finishVideoStoryAgain);
  return { success: true, post_id: post.id };
}

/** `POST /{page}/photo_stories`: an unpublished photo becomes a story at one stroke. */
export function publishPhotoStory(call: Call, page: Page): unknown {
  needToPost(call, page.id);
  const { world, params, nowMs } = call;
  const photo = findPhoto(world.db, params.text('photo_id') ?? '', nowMs);
  if (!photo || photo.page_id !== page.id) throw badParameter('Param photo_id must be a valid photo');
  if (photo.post_id !== null) return { success: true, post_id: again(call, photo) };
  if (photo.published) throw badParameter('The photo has already been published');
  return { success: true, post_id: makePhotoStory(call, photo).id };
}

/** `GET /{page}/stories`: what is to be seen now. */
export function listStories(call: Call, page: Page): unknown {
  needToRead(call, ['pages_read_engagement'], page.id);
  const items = storiesOf(call.world.db, page.id, call.nowMs).filter((post) => isSeenPublished(post, call));
  return listed(call, { items, path: `${page.id}/stories`, idOf: ({ id }) => id, show: (post) => shown(call, post) });
}

/** What a second call for the same photo does is not documented: any of three. */
function again(call: Call, photo: Photo): string {
  const story = findPost(call.world.db, photo.post_id ?? '');
  const answer = secondCall(call, call.switches.photoStoryAgain);
  if (story?.kind !== 'story' || answer === 'error') throw badParameter('The photo has already been published');
  return answer === 'duplicate' ? makePhotoStory(call, photo).id : story.id;
}

function makePhotoStory({ world, nowMs }: Call, photo: Photo): Post {
  return world.db.transaction(() => {
    const { id: photoId, page_id: pageId } = photo;
    const story = { pageId, kind: 'story', photoId, message: null, link: null, published: true, nowMs } as const;
    const post = createPost(world.db, story);
    attachPhotos(world.db, post.id, [photoId]);
    return post;
  });
}

function shown({ origin }: Call, post: Post): Record<string, unknown> {
  return {
    post_id: post.id,
    status: 'PUBLISHED',
    creation_time: String(unixSeconds(post.published_at ?? post.created_at)),
    media_type: post.video_id === null ? 'photo' : 'video',
    media_id: post.video_id ?? post.photo_id,
    url: permalink(origin, post),
  };
}
