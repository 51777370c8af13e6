import { setTimeout as sleep } from 'node:timers/promises';
import { publishId } from '../../workflows/ids.ts';
import type { Tenant } from '../connection/tenant.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { disturb, holdClaim, make, meet, type Post, remove } from './kill-scene.ts';
import { type Seat, takeSeats } from './kill-seats.ts';
import { claimStep, killSteps } from './kill-steps.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

/** Of preparing all that is due at one instant. */
const prepareMs = 80_000;
/** What begins just before that instant is made so long before it. */
const beforeMs = 3_000;
const resolvedWithinMs = 320_000;
const lookEveryMs = 500;
const ends = ['published', 'failed', 'held', 'canceled', 'deleted'];

interface Killed {
  step: string;
  form: string;
  /** What Meta was asked for was done when the worker died. */
  done: boolean;
  /** From the kill, or from when it was due where that is later; absent where it was not. */
  resolvedMs?: number;
  state: string;
  publications: number;
  comments?: number;
}

/**
 * A worker is killed by SIGKILL while posts are at every step of their lives, and started again: after how long each has come to its end, and how
 * often it became visible. All die the same death, so that the minutes that Meta is given are waited for once.
 */
export const bench: Bench = (say) =>
  withServers(async () => {
    const stack = await startStack({ env: { TENANT_POOL_CONNECTIONS: '10', LOG_LEVEL: 'warn' } });
    try {
      say(`Connecting ${killSteps.length} accounts …`);
      const { tenant, seats } = await takeSeats(stack, killSteps);
      const kills = await killAt(stack, tenant, seats, say);
      for (const killed of kills) say(line(killed));
      return { kills };
    } finally {
      await stack.stop();
    }
  });

async function killAt(stack: Stack, tenant: Tenant, seats: readonly Seat[], say: (line: string) => void) {
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
  const held = await holdClaim(stack, tenant, posts.find(({ step }) => step === claimStep) as Post);
  const missed = await meet(stack, posts, held);
  for (const { step, form } of missed) say(`Not met: ${step} of ${form}`);
  await stack.processes.kill('worker', 'SIGKILL');
  const killedAtMs = Date.now();
  await held.release();
  await stack.processes.start('worker');
  say(`The worker is back after ${Date.now() - killedAtMs} ms …`);
  const fromMs = ({ dueAfterMs = 0, isRemoved }: Post) =>
    isRemoved ? killedAtMs : Math.max(killedAtMs, atMs + dueAfterMs);
  const met = posts.filter((post) => !missed.includes(post));
  return outcomes(stack, met, await resolutions(stack, tenant, met), fromMs);
}

const isMadeNow = ({ dueAfterMs, isLive }: Seat) => dueAfterMs === undefined && !isLive;

/** What is to be deleted is published first. */
async function published(tenant: Tenant, seats: readonly Seat[]): Promise<Post[]> {
  const posts = await Promise.all(seats.filter(({ isLive }) => isLive).map((seat) => make(tenant, seat)));
  for (const post of posts)
    await eventually(async () => (await tenant.target(post)).state === 'published', { withinMs: 60_000 });
  return posts;
}

interface Resolution {
  state: string;
  atMs?: number;
}

/** Looks at all of them at once until each has come to its end: those that are about what comes after, when nothing is left to be done. */
function resolutions({ control }: Stack, tenant: Tenant, posts: readonly Post[]): Promise<Map<string, Resolution>> {
  const deadlineMs = Date.now() + resolvedWithinMs;
  const found = new Map<string, Resolution>();
  const isResolved = ({ target, step }: Post, state: string, alive: ReadonlySet<string>) =>
    ends.includes(state) && !(['first comment', 'leftovers'].includes(step) && alive.has(publishId(tenant.id, target)));
  return tenant.rows(async (db) => {
    for (;;) {
      const rows = await db.selectFrom('targets').select(['id', 'state']).execute();
      const entries = await control.control.selectFrom('workflows').select('id').execute();
      const alive = new Set(entries.map(({ id }) => id));
      for (const post of posts) {
        const state = rows.find(({ id }) => id === post.target)?.state ?? 'gone';
        const before = found.get(post.target)?.atMs;
        const atMs = before ?? (isResolved(post, state, alive) ? Date.now() : undefined);
        found.set(post.target, { state, ...(atMs === undefined ? {} : { atMs }) });
      }
      if (posts.every(({ target }) => found.get(target)?.atMs) || Date.now() > deadlineMs) return found;
      await sleep(lookEveryMs);
    }
  });
}

interface Truth {
  posts: { id: string; page: string; publications: number }[];
  media: { account: string }[];
  comments: { object: string }[];
}

async function outcomes(
  { simulator }: Stack,
  posts: readonly Post[],
  resolved: ReadonlyMap<string, Resolution>,
  fromMs: (post: Post) => number,
): Promise<Killed[]> {
  const truth = await simulator.truth<Truth>();
  return posts.map((post) => {
    const { step, form, done, metaId, firstComment } = post;
    const { state = '', atMs } = resolved.get(post.target) ?? {};
    const onPage = truth.posts.filter(({ page }) => page === metaId);
    const media = truth.media.filter(({ account }) => account === metaId);
    const comments = truth.comments.filter(({ object }) => onPage.some(({ id }) => id === object)).length;
    return {
      ...{ step, form, done },
      ...(atMs === undefined ? {} : { resolvedMs: Math.max(0, atMs - fromMs(post)) }),
      state,
      publications: media.length + onPage.reduce((sum, { publications }) => sum + publications, 0),
      ...(firstComment ? { comments } : {}),
    };
  });
}

function line({ step, form, done, resolvedMs, state, publications, comments }: Killed): string {
  const seconds = resolvedMs === undefined ? 'never' : `${(resolvedMs / 1_000).toFixed(1)} s`;
  const [what, after] = [
    `${step} (${done ? 'done' : 'not done'})`,
    comments === undefined ? '' : `, ${comments} comments`,
  ];
  return `${what.padEnd(34)}${form.padEnd(20)}${seconds.padStart(9)}  ${state}, ${publications} publications${after}`;
}
