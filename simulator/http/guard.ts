import type { Middleware } from 'koa';

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
const scheme = /^https?:\/\//;

/**
 * Only who means this machine is answered. The port is open on loopback alone, but a web page could still reach it through a name of
 * its own that resolves to 127.0.0.1, or by posting from another site.
 */
export const guardLoopback: Middleware = async (ctx, next) => {
  const origin = ctx.get('origin');
  if (loopback.test(ctx.get('host')) && (origin === '' || isLoopback(origin))) return next();
  ctx.status = 403;
  ctx.body = 'The simulator answers to 127.0.0.1 and localhost only.\n';
};

const isLoopback = (origin: string): boolean => scheme.test(origin) && loopback.test(origin.replace(scheme, ''));
