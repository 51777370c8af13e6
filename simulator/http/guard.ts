import type { Middleware } from 'koa';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Only who means this machine is answered. The port is open on loopback alone, but a web page could still reach it through a name of
 * its own that resolves to 127.0.0.1, or by posting from another site.
 */
export const guardLoopback: Middleware = async (ctx, next) => {
  const origin = ctx.get('origin');
  if (isLoopback(`http://${ctx.get('host')}`) && (origin === '' || isLoopback(origin))) return next();
  ctx.status = 403;
  ctx.body = 'The simulator answers to 127.0.0.1 and localhost only.\n';
};

function isLoopback(address: string): boolean {
  return URL.canParse(address) && loopback.has(new URL(address).hostname);
}
