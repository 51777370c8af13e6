import { Router, type RouterContext } from '@koa/router';
import Koa from 'koa';
import { v7 } from 'uuid';
import { describeError, isDiskFull, isOutage } from './http/errors.ts';
import { refuse } from './http/problem.ts';
import { sendRefusal, serve } from './http/serve.ts';
import type { Parts } from './parts.ts';
import { routes } from './routes.ts';

/** The HTTP application, over parts that are already open. */
export function createApp(parts: Parts): Koa {
  const app = new Koa();
  const router = new Router();
  for (const route of routes) {
    const { method, path } = route.definition;
    router.register(path.replaceAll(/\{(\w+)\}/g, ':$1'), [method], serve(parts, route));
  }
  app.use(observe(parts)).use(secure).use(catchAll(parts)).use(readable).use(router.routes()).use(unmatched(router));
  // What still gets here broke while the answer was being written; its message may hold anything.
  app.on('error', (error: unknown) => parts.log.warn(describeError(error), 'answer broken off'));
  return app;
}

/** One line and one measurement a request, by the route's template: no id, no query, no body. */
const observe =
  ({ log, metrics }: Parts): Koa.Middleware =>
  async (ctx, next) => {
    const startedMs = performance.now();
    const request = v7();
    ctx.set('x-request-id', request);
    ctx.state.request = request;
    await next();
    const ms = performance.now() - startedMs;
    const route = String((ctx as RouterContext)._matchedRoute ?? 'none');
    metrics.request({ method: ctx.method, route, status: ctx.status, seconds: ms / 1_000 });
    const quiet = route === '/healthz' || route === '/readyz' || route === '/metrics';
    log[quiet ? 'debug' : 'info'](
      { request, method: ctx.method, route, status: ctx.status, ms: Math.round(ms) },
      'request',
    );
  };

const secure: Koa.Middleware = (ctx, next) => {
  ctx.set({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
  });
  return next();
};

/** A request may name a whole address rather than a path, and one that is none. */
const readable: Koa.Middleware = (ctx, next) =>
  pathOf(ctx)?.startsWith('/')
    ? next()
    : sendRefusal(ctx as RouterContext, refuse('bad-request', 'The address of this request cannot be read.'));

/** @returns undefined where the address is none; it is read when it is first asked for */
function pathOf(ctx: Koa.Context): string | undefined {
  try {
    return ctx.path;
  } catch (error) {
    // These two say so of an address; whatever else went wrong is a fault.
    if (error instanceof URIError || (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL') return undefined;
    throw error;
  }
}

const catchAll =
  ({ log }: Parts): Koa.Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (ctx.req.destroyed && !ctx.req.complete)
        return log.info({ request: ctx.state.request }, 'the client went away before it had finished asking');
      const outage = isDiskFull(error) ? diskFull : isOutage(error) ? noAnswer : undefined;
      log.error({ request: ctx.state.request, ...describeError(error) }, outage?.logged ?? 'fault');
      sendRefusal(
        ctx as RouterContext,
        outage?.refusal ?? refuse('internal', `The fault has been logged under ${ctx.state.request}.`),
      );
    }
  };

const noAnswer = {
  logged: 'a part does not answer',
  refusal: refuse(
    'unavailable',
    'A part that is needed here does not answer at this moment. Nothing was lost; try again soon.',
    { headers: { 'retry-after': '5' } },
  ),
};

const diskFull = {
  logged: 'a disk is full',
  refusal: refuse(
    'unavailable',
    'The disk is full here: there is no room for this file at this moment, and nothing of it was kept. Try again later; if it stays so, tell whoever runs this service.',
    { headers: { 'retry-after': '60' } },
  ),
};

const unmatched =
  (router: Router): Koa.Middleware =>
  (ctx) => {
    const methods = new Set(router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods));
    if (!methods.size)
      return sendRefusal(ctx as RouterContext, refuse('not-found', 'There is nothing at this address. See /docs.'));
    const allow = [...methods].sort().join(', ');
    sendRefusal(
      ctx as RouterContext,
      refuse('method-not-allowed', `This address knows ${allow}, not ${ctx.method}.`, { headers: { allow } }),
    );
  };
