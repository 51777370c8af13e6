import { setTimeout as sleep } from 'node:timers/promises';
import { runningIds } from '../../workers/reconcile.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Tenant } from '../connection/tenant.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Killed, line, outcomes, type Resolution, wrongWith } from './kill-outcomes.ts';
import { KillRows } from './kill-rows.ts';
import { disturb, make, meet, type Post, remove } from './kill-scene.ts';
import { type Seat, takeSeats } from './kill-seats.ts';
import { killSteps } from './kill-steps.ts';
import { judged } from './missed.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

/** Of preparing all that is due at one instant. */
const prepareMs = 80_000;
/** What begins just before that instant is made so long before it. */
const beforeMs = 3_000;
const resolvedWithinMs = 320_000;
const lookEveryMs = 500;
const ends = ['published', 'failed', 'held', 'canceled', 'deleted'];

/**
 * A worker is killed by SIGKILL while posts are at every step of their lives, and started again: after how long each has come to its end, and how
 * often it became visible. All die the same death, so that the minutes that Meta is given are waited for once. It fails where one comes to
 * another end than it should, becomes visible twice, or is resolved too late.
 */
export const bench: Bench = (say) =>
  withServers(async () => {
    const stack = await startStack({ env: { TENANT_POOL_CONNECTIONS: '10', LOG_LEVEL: 'warn' } });
    try {
      say(`Connecting ${killSteps.length} accounts …`);
      const { tenant, seats } = await takeSeats(stack, killSteps);
      const kills = await killAt(stack, tenant, seats, say);
      for (const killed of kills) say(line(killed));
      return judged({ kills }, kills.flatMap(wrongWith));
    } finally {
      await stack.stop();
    }
  });

async function killAt(
  stack: Stack,
  tenant: Tenant,
  seats: readonly Seat[],
  say: (line: string) => void,
): Promise<Killed[]> {
  const live = await published(tenant, seats);
  for (const seat of seats) await disturb(stack, seat);
  const atMs = Date.now() + prepareMs;
  const ahead: Post[] = [];
  for (const seat of seats)
    if (seat.dueAfterMs !== undefined) ahead.push(await make(tenant, seat, new Date(atMs + seat.dueAfterMs)));
  say(`${ahead.length} posts are due in ${Math.round((atMs - Date.now()) / 1_000)} s …`);
  await sleep(atMs - beforeMs - Date.now());
  const now = await Promise.all(seats.filter(isMadeNow).map((seat) => make(tenant, seat)));
  await Promise.all([...ahead, ...live].filter(({ isRemoved }) => isRemoved).map((post) => remove(tenant, post)));
  const posts = [...ahead, ...now, ...live];
  const rows = await KillRows.open(stack, tenant);
  const missed = await meet(stack, posts, rows);
  for (const { step, form } of missed) say(`Not met: ${step} of ${form}`);
  await stack.processes.kill('worker', 'SIGKILL');
  const killedAtMs = Date.now();
  await rows.release();
  await stack.processes.start('worker');
  say(`The worker is back after ${Date.now() - killedAtMs} ms …`);
  const fromMs = ({ dueAfterMs = 0, isRemoved }: Post) =>
    isRemoved ? killedAtMs : Math.max(killedAtMs, atMs + dueAfterMs);
  const resolved = await resolutions(stack, tenant, posts);
  return outcomes(stack, posts, resolved, { fromMs, isMet: (post) => !missed.includes(post) });
}

const isMadeNow = ({ dueAfterMs, isLive }: Seat) => dueAfterMs === undefined && !isLive;

/** What is to be deleted is published first. */
async function published(tenant: Tenant, seats: readonly Seat[]): Promise<Post[]> {
  const posts = await Promise.all(seats.filter(({ isLive }) => isLive).map((seat) => make(tenant, seat)));
  for (const post of posts)
    await eventually(async () => (await tenant.target(post)).state === 'published', { withinMs: 60_000 });
  return posts;
}

/** Looks at all of them at once until each has come to its end: those that are about what comes after, when nothing is left to be done. */
function resolutions(stack: Stack, tenant: Tenant, posts: readonly Post[]): Promise<Map<string, Resolution>> {
  const deadlineMs = Date.now() + resolvedWithinMs;
  const found = new Map<string, Resolution>();
  const isResolved = ({ target, isAfterwards }: Post, state: string, alive: ReadonlySet<string>) =>
    ends.includes(state) && !(isAfterwards && alive.has(publishId(tenant.id, target)));
  return tenant.rows(async (db) => {
    for (;;) {
      const rows = await db.selectFrom('targets').select(['id', 'state', 'permalink']).execute();
      const entries = await stack.control.control.selectFrom('workflows').select('id').execute();
      const alive = new Set([...entries.map(({ id }) => id), ...(await withTemporal(stack, runningIds))]);
      for (const post of posts) {
        const { state = 'gone', permalink = null } = rows.find(({ id }) => id === post.target) ?? {};
        const before = found.get(post.target)?.atMs;
        const atMs = before ?? (isResolved(post, state, alive) ? Date.now() : undefined);
        found.set(post.target, { state, isLinked: permalink !== null, ...(atMs === undefined ? {} : { atMs }) });
      }
      if (posts.every(({ target }) => found.get(target)?.atMs) || Date.now() > deadlineMs) return found;
      await sleep(lookEveryMs);
    }
  });
}
