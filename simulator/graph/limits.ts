import { RateLimited } from '../faulty.ts';
import { MINUTE_MS } from '../state/clock.ts';
import type { Token } from '../state/tokens.ts';
import type { World } from '../world.ts';

const APP_LIMITED = 4;
const PAGE_LIMITED = 80001;

/** What the usage headers say. */
export interface Usage {
  appPercent: number;
  pagePercent: number;
}

/**
 * Counts a call against the limit of the app and of the Page whose token it has. A call that is refused counts too: whoever goes on
 * is let in later.
 * @throws RateLimited with the minutes after which the oldest calls that are too many no longer count
 */
export function countCall(world: World, page: string | null): void {
  const { appCallsPerWindow, pageCallsPerWindow, limitWindowMs } = world.switches.now;
  if (!appCallsPerWindow && !pageCallsPerWindow) return;
  const nowMs = world.clock.nowMs();
  world.db.run('delete from counted where at <= ?', nowMs - limitWindowMs);
  const pageIsFull = page !== null && isFull(countOf(world, page), pageCallsPerWindow);
  const appIsFull = isFull(countOf(world), appCallsPerWindow);
  const refused = pageIsFull || appIsFull;
  world.db.run('insert into counted (at, page_id, refused) values (?, ?, ?)', nowMs, page, refused ? 1 : 0);
  if (pageIsFull) throw new RateLimited(PAGE_LIMITED, regainMinutes(world, pageCallsPerWindow, page));
  if (appIsFull) throw new RateLimited(APP_LIMITED, regainMinutes(world, appCallsPerWindow));
}

/** How much is used up, as the headers of an answer say. */
export function usageOf(world: World, token: Token | undefined): Usage {
  const { usagePercent, appCallsPerWindow, pageCallsPerWindow } = world.switches.now;
  const percent = (count: number, limit: number) =>
    Math.max(usagePercent, limit ? Math.min(100, Math.floor((count / limit) * 100)) : 0);
  const page = token?.page_id;
  return {
    appPercent: percent(appCallsPerWindow ? countOf(world) : 0, appCallsPerWindow),
    pagePercent: percent(page && pageCallsPerWindow ? countOf(world, page) : 0, pageCallsPerWindow),
  };
}

/** Since the last reset: how many calls were counted, and how many of them refused for being too many. */
export function counted(world: World): { calls: number; refused: number } {
  const row = world.db.one<{ calls: number; refused: number }>(
    'select count(*) as calls, coalesce(sum(refused), 0) as refused from counted',
  );
  return row ?? { calls: 0, refused: 0 };
}

const isFull = (count: number, limit: number) => limit > 0 && count >= limit;

function countOf({ db }: World, page?: string): number {
  const all = 'select count(*) as n from counted';
  const row = page ? db.one<{ n: number }>(`${all} where page_id = ?`, page) : db.one<{ n: number }>(all);
  return row?.n ?? 0;
}

/** The call that stands `limit` places from the newest has to be forgotten before another one fits. */
function regainMinutes({ db, clock, switches }: World, limit: number, page?: string): number {
  const nth = 'order by at desc limit 1 offset ?';
  const row = page
    ? db.one<{ at: number }>(`select at from counted where page_id = ? ${nth}`, page, limit - 1)
    : db.one<{ at: number }>(`select at from counted ${nth}`, limit - 1);
  const freeAtMs = (row?.at ?? clock.nowMs()) + switches.now.limitWindowMs;
  return Math.max(1, Math.ceil((freeAtMs - clock.nowMs()) / MINUTE_MS));
}
