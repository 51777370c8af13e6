import type Router from '@koa/router';
import { makeMedia } from '../graph/instagram/publish.ts';
import { findInstagram, findPage } from '../state/accounts.ts';
import { deleteContainer, findContainer, spoilContainer, statusOf } from '../state/containers.ts';
import { createMedia, deleteMedia, findMedia } from '../state/media.ts';
import { dropExpiredPhotos } from '../state/photos.ts';
import { createPost, deletePost, findPost, madeByHand, postsOfVideo, publishPost } from '../state/posts.ts';
import { deleteVideo, findVideo } from '../state/videos.ts';
import type { World } from '../world.ts';
import { draftedByHand, postedByHand } from './inputs.ts';
import { acceptingFor, refuseMissing } from './json.ts';

/** What somebody else does with a Page's posts and an account's media, at facebook.com or with their phone, past the app. */
export function routeByHand(router: Router, world: World): void {
  const { db, clock } = world;
  const now = () => clock.nowMs();

  /** A path with an id, what that finds, and what is done with it. */
  const byHand = <Found>(
    [method, path, what]: readonly ['post' | 'delete', string, string],
    find: (id: string) => Found | undefined,
    act: (found: Found) => void,
  ) =>
    router[method](path, (ctx) => {
      const found = find(ctx.params.id ?? '');
      if (!found) return refuseMissing(ctx, what);
      db.transaction(() => act(found));
      ctx.body = { ok: true };
    });

  byHand(
    ['post', '/sim/posts/:id/publish', 'post'],
    (id) => findPost(db, id),
    ({ id }) => {
      dropExpiredPhotos(db, now());
      publishPost(db, id, now());
    },
  );
  byHand(
    ['delete', '/sim/posts/:id', 'post'],
    (id) => findPost(db, id),
    ({ id }) => deletePost(db, id, now(), world.switches.now.photosOutlivePost),
  );
  byHand(
    ['post', '/sim/videos/:id/publish', 'video that was finished'],
    (id) => postsOfVideo(db, id)[0],
    ({ id }) => publishPost(db, id, now()),
  );
  byHand(
    ['delete', '/sim/videos/:id', 'video'],
    (id) => findVideo(db, id),
    ({ id }) => deleteVideo(db, id, now()),
  );
  const readyContainer = (id: string) =>
    [findContainer(db, id)].find((one) => one && statusOf(one, now()) === 'FINISHED');
  byHand(['post', '/sim/containers/:id/publish', 'container that is ready'], readyContainer, (container) =>
    makeMedia(world, container, now()),
  );
  for (const [word, status] of [
    ['fail', 'ERROR'],
    ['expire', 'EXPIRED'],
  ] as const)
    byHand(['post', `/sim/containers/:id/${word}`, 'container that is ready'], readyContainer, (container) =>
      spoilContainer(db, container, status, now()),
    );
  byHand(
    ['delete', '/sim/containers/:id', 'container'],
    (id) => findContainer(db, id),
    ({ id }) => deleteContainer(db, id, now()),
  );
  byHand(
    ['delete', '/sim/media/:id', 'media'],
    (id) => findMedia(db, id),
    ({ id }) => deleteMedia(db, id, now()),
  );

  router.post(
    '/sim/pages/:id/drafts',
    acceptingFor(draftedByHand, (page, { message }) => {
      if (!findPage(db, page)) return { problem: 'There is no such Page.' };
      const { id } = createPost(db, { pageId: page, message, link: null, published: false, nowMs: now() });
      madeByHand(db, id);
      return { id };
    }),
  );
  router.post(
    '/sim/instagram/:id/media',
    acceptingFor(postedByHand, (account, { caption = null, productType }) => {
      if (!findInstagram(db, account)) return { problem: 'There is no such account.' };
      const items = JSON.stringify([]);
      const made = createMedia(db, {
        ...{ account_id: account, container_id: null, caption, items, options: '{}', published_at: now() },
        ...{ media_type: productType === 'REELS' ? 'VIDEO' : 'IMAGE', product_type: productType },
      });
      return { id: made.id };
    }),
  );
}
