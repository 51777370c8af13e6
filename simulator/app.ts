import Router from '@koa/router';
import Koa from 'koa';
import { routeByHand } from './admin/by-hand.ts';
import { giving } from './admin/json.ts';
import { routePopulation } from './admin/population.ts';
import { routeAdmin } from './admin/routes.ts';
import { routeStanding } from './admin/standing.ts';
import { serveGraph } from './graph/serve.ts';
import { guardLoopback } from './http/guard.ts';
import { logRequests } from './http/log.ts';
import { endConnection } from './http/respond.ts';
import { answerDialog, showDialog } from './oauth/dialog.ts';
import { routePages, showIndex } from './pages/routes.ts';
import { routeUploads } from './rupload/serve.ts';
import { publishProcessedVideos } from './state/videos.ts';
import type { World } from './world.ts';

/** Whoever was answered may kill this process the next moment, and finds everything as it was told. */
const keepBeforeAnswering =
  ({ db }: World): Koa.Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } finally {
      await db.kept();
    }
    if (ctx.state.hangsUp) endConnection(ctx);
  };

/** The whole of it: admin, dialog and web pages where their paths are, and the Graph for every other path. */
export function createApp(world: World): Koa {
  const app = new Koa();
  const router = new Router();
  router.get(
    '/healthz',
    giving(() => ({ ok: true })),
  );
  router.get('/dialog/oauth', showDialog(world));
  router.post('/dialog/oauth', answerDialog(world));
  routeAdmin(router, world);
  routePopulation(router, world);
  routeByHand(router, world);
  routeStanding(router, world);
  routePages(router, world);
  routeUploads(router, world);

  app.on('error', (error: Error & { code?: string }) => {
    // Somebody who hung up before the answer is no event.
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') world.log.error({ err: error }, 'the simulator failed');
  });
  app.use(logRequests(world.log));
  app.use(guardLoopback);
  app.use(keepBeforeAnswering(world));
  app.use((_ctx, next) => {
    publishProcessedVideos(world.db, world.clock.nowMs());
    return next();
  });
  const graph = serveGraph(world);
  app.use(async (ctx, next) => {
    const [, version, rest] = /^\/(v\d{1,3}\.\d{1,3})(\/.*|$)/.exec(ctx.path) ?? [];
    if (version === undefined) {
      if (ctx.path === '/' && ctx.method === 'GET' && !ctx.querystring) return showIndex(world, ctx);
      return next();
    }
    ctx.state.askedVersion = version;
    ctx.path = rest || '/';
    // Of what has a version only the dialog is not the Graph: most calls need no look through the routes.
    return ctx.path === '/dialog/oauth' ? next() : graph(ctx, next);
  });
  app.use(router.routes());
  app.use(graph);
  return app;
}
