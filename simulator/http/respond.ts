import type { Context } from 'koa';
import { envelope, GraphError, metaJson } from '../errors.ts';
import { RateLimited } from '../faulty.ts';
import type { Usage } from '../graph/limits.ts';
import { newTraceId } from '../state/ids.ts';
import type { Token } from '../state/tokens.ts';

const NEWEST_VERSION = 'v26.0';
const aliveVersions = ['v21.0', 'v22.0', 'v23.0', 'v24.0', 'v25.0', NEWEST_VERSION];
/** Codes of limits that an asset has; below are those of the app and of people. */
const BUSINESS_LIMITS_FROM = 80000;

/** The version that serves a call: the one asked for, the newest when none is, and for a dead one the oldest that lives. */
export function servedVersion(asked: string | undefined): string | undefined {
  if (asked === undefined || aliveVersions.includes(asked)) return asked ?? NEWEST_VERSION;
  const number = Number(asked.slice(1));
  return number < Number(aliveVersions[0]?.slice(1)) && number >= 2 ? aliveVersions[0] : undefined;
}

/** Answers as Meta's front does, with the headers that say how much of each limit is used. */
export function respond(
  ctx: Context,
  status: number,
  body: unknown,
  usage: Usage & { regainMinutes: number; token: Token | undefined },
) {
  ctx.status = status;
  ctx.set('content-type', 'application/json; charset=UTF-8');
  ctx.set('cache-control', 'private, no-cache, no-store, must-revalidate');
  ctx.set('facebook-api-version', (ctx.state.version as string | undefined) ?? NEWEST_VERSION);
  ctx.set('x-fb-trace-id', newTraceId().slice(0, 11));
  const { token, appPercent, pagePercent, regainMinutes } = usage;
  ctx.set('x-app-usage', JSON.stringify(shares(appPercent)));
  if (token?.page_id) {
    const used = { type: 'pages', ...shares(pagePercent), estimated_time_to_regain_access: regainMinutes };
    const business = { [token.page_id]: [used] };
    ctx.set('x-business-use-case-usage', JSON.stringify(business));
  }
  ctx.body = metaJson(body);
}

/** The envelope of whatever went wrong; what is no refusal of ours is a fault of the simulator and says so in the log. */
export function respondError(
  ctx: Context,
  error: unknown,
  usage: Usage & { token: Token | undefined },
  bug: (error: unknown) => void,
) {
  if (error instanceof GraphError) {
    const limited = error instanceof RateLimited;
    const used = limited ? usedUp(usage, error) : { ...usage, regainMinutes: 0 };
    if (error.code === 190) ctx.set('www-authenticate', 'OAuth "Facebook Platform" "invalid_token"');
    return respond(ctx, error.status, envelope(error), used);
  }
  bug(error);
  const words = new GraphError(1, 'An unknown error has occurred.', { status: 500 });
  return respond(ctx, 500, envelope(words), { ...usage, regainMinutes: 0 });
}

/** A limit of an asset leaves that of the app as it is; one of the app is said of the asset too, since only there stands for how long. */
function usedUp<U extends Usage>(usage: U, { code, regainMinutes }: RateLimited): U & { regainMinutes: number } {
  return code >= BUSINESS_LIMITS_FROM
    ? { ...usage, pagePercent: 100, regainMinutes }
    : { ...usage, appPercent: 100, pagePercent: 100, regainMinutes };
}

const shares = (percent: number) => ({ call_count: percent, total_cputime: percent, total_time: percent });

/** Ends the connection instead of answering, as soon as what was done is kept. */
export function hangUp(ctx: Context): void {
  ctx.state.hangsUp = true;
}

export function endConnection(ctx: Context): void {
  ctx.respond = false;
  ctx.req.socket.destroy();
}
