import type Router from '@koa/router';
import { dropExpiredPhotos } from '../state/photos.ts';
import { deletePost, findPost, publishPost } from '../state/posts.ts';
import type { World } from '../world.ts';
import { refuseMissing } from './json.ts';

/** What somebody who manages a Page does with its posts at facebook.com, past the app. */
export function routeByHand(router: Router, world: World): void {
  const { db, clock } = world;
  router.post('/sim/posts/:id/publish', (ctx) => {
    const post = findPost(db, ctx.params.id ?? '');
    if (!post) return refuseMissing(ctx, 'post');
    dropExpiredPhotos(db, clock.nowMs());
    publishPost(db, post.id, clock.nowMs());
    ctx.body = { ok: true };
  });
  router.delete('/sim/posts/:id', (ctx) => {
    const post = findPost(db, ctx.params.id ?? '');
    if (!post) return refuseMissing(ctx, 'post');
    deletePost(db, post.id, clock.nowMs(), world.switches().photosOutlivePost);
    ctx.body = { ok: true };
  });
}
