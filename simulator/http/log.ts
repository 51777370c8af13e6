import type { Middleware } from 'koa';
import type { Logger } from 'pino';

/** Pages that refresh by themselves, pictures and probes would bury what one looks for. */
const background = /^\/(?:healthz|favicon\.ico|(?:pages|photos|files|instagram)\/.*)?$/;

/** One line a request: its path without the query, and without anything in it that looks like a token or a code. */
export const logRequests =
  (log: Logger): Middleware =>
  async (ctx, next) => {
    const level = background.test(ctx.path) ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return next();
    const begun = performance.now();
    try {
      await next();
    } finally {
      const path = ctx.path.slice(0, 200).replace(/(EAA|AQ)[A-Za-z0-9]{8,}|\d+\|\S+/g, '…');
      const { call, fields }: { call?: unknown; fields?: unknown } = ctx.state;
      log[level](
        {
          method: ctx.method,
          path,
          status: ctx.status,
          ms: Math.round(performance.now() - begun),
          ...(call ? { call } : {}),
          ...(fields ? { fields } : {}),
        },
        'request',
      );
    }
  };
