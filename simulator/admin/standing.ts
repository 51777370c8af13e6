import type Router from '@koa/router';
import { grantsOf } from '../state/grants.ts';
import { subscriptionOf } from '../state/subscriptions.ts';
import type { World } from '../world.ts';

/** How the app stands with a person and a Page, which Meta shows to nobody but the app. */
export function routeStanding(router: Router, { db }: World): void {
  router.get('/sim/pages/:id/subscription', (ctx) => {
    ctx.body = { fields: subscriptionOf(db, ctx.params.id ?? '') ?? null };
  });
  router.get('/sim/users/:id/grants', (ctx) => {
    ctx.body = { grants: grantsOf(db, ctx.params.id ?? '') };
  });
}
