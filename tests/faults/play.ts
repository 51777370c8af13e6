import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { Command, Due } from './commands.ts';
import type { Disturber } from './disturb.ts';
import { isRefusal, isRefusedDeletion } from './graph-faults.ts';
import type { Acknowledged, Told } from './judge.ts';
import { type KindOfPost, kindNamed } from './kinds.ts';
import { meet, type Post, until } from './meet.ts';
import type { Slot } from './pages.ts';
import type { Place } from './place.ts';
import type { Run, Wording } from './plan.ts';
import { revive } from './revive.ts';
import type { Rows } from './rows.ts';
import { isAfterTheEnd, staysForMs } from './steps.ts';
import type { Watch } from './watch.ts';
import { whyOpen } from './why-open.ts';
import { type Asked, contentOf, wish } from './wishes.ts';

/** Everything that is needed to play runs. */
export interface Stage {
  place: Place;
  rows: Rows;
  watch: Watch;
  disturber: Disturber;
  /** For so long after its time a post may be open. */
  resolvedWithinMs: number;
  mediaOf: (file: number) => string;
  /** Begins every text, so that all that was made of a post is found by it. */
  markOf: (run: number) => string;
  /** How often each fault has hit, by its name. */
  hit: (page: string) => Promise<void>;
  /** Something else that got in the way. */
  count: (name: string) => void;
}

/** What happened to a run, as far as we and the product know. */
export interface Played extends Omit<Told, 'state' | 'reason' | 'ofComment' | 'isChanging' | 'stillWanted'> {
  post: string;
  mark: string;
  wordless: boolean;
  /** What its twin shows. */
  notFiles: ReadonlySet<number>;
  /** Whether it was met at the step at which something was to happen to it. */
  met: boolean;
  /** From its time on, or from when it was asked for. */
  resolvedAfterMs: number;
  place: Place;
  slot: Slot;
  beganAtMs: number;
  endedAtMs: number;
}

/** Posts that are due at the same second are due at a multiple of this. */
const crowdEveryMs = 5_000;
const askedAheadMs = 7_000;
const farMs = 3_600_000;
/** For so long after its time a canceled post might still appear. */
const mightStillAppearMs = 2_000;
const lookEveryMs = 100;
/** Where a commit is not seen to be under way so long after its time, what waits for it is said nevertheless. */
const calledWithinMs = 60_000;
/** What is done once a post has come to its end is begun so soon. */
const begunWithinMs = 30_000;
/** Longer than reads of the simulator ever lag behind. */
const shownAfterMs = 1_000;

/** Plays one run on a Page of its own, until its post, and the twin that it may have, have come to an end. */
export async function play(stage: Stage, { twin, ...run }: Run, slot: Slot): Promise<Played[]> {
  const beganAtMs = Date.now();
  for (const fault of run.faults) await stage.place.stack.simulator.fault({ ...fault, page: slot.page });
  const posts = twin ? [run, { ...run, wordings: [twin] }] : [run];
  const dueAtMs = dueAt(run.due, beganAtMs);
  const played = await Promise.all(posts.map((one) => playPost(stage, one, slot, { beganAtMs, dueAtMs })));
  await stage.hit(slot.page);
  const filesOf = ({ wordings }: Pick<Run, 'wordings'>) => (wordings[0]?.files ?? []).map(({ file }) => file);
  const notFiles = (of: unknown) => new Set(posts.filter((one) => one !== of).flatMap(filesOf));
  return played.map((one, n) => ({ ...one, notFiles: notFiles(posts[n]) }));
}

async function playPost(
  stage: Stage,
  run: Run,
  slot: Slot,
  { beganAtMs, dueAtMs }: { beganAtMs: number; dueAtMs: number },
): Promise<Omit<Played, 'notFiles'>> {
  const { member } = stage.place.stack;
  const mark = stage.markOf(run.index);
  const kind = kindNamed(run.kind);
  const content = {
    textOf: (n: number) => (kind.wordless ? null : `${mark} ${n}`),
    wordings: run.wordings,
    mediaOf: stage.mediaOf,
  };
  const asking = ask<{ id: string; targets: [{ id: string }] }>(member, 'POST', '/v1/posts', {
    ...contentOf(content, 0),
    ...(run.ownWords && { text: `${mark} not for this account` }),
    targets: [
      {
        ...{ account: slot[kind.platform].id, kind: kind.kind },
        ...(run.ownWords && { text: content.textOf(0) }),
        ...(run.options && { options: run.options }),
        ...(run.firstComment && { firstComment: `${mark} ${run.firstComment}` }),
      },
    ],
    ...(run.due !== 'now' && { publishAt: new Date(dueAtMs).toISOString() }),
  });
  if (run.disturbance?.what === 'api killed' && !run.disturbance.during) await stage.disturber.disturb(run.disturbance);
  const made = await asking;
  if (made.status !== 201) throw new Error(`Scheduling answered ${made.status}: ${JSON.stringify(made.body)}`);
  const { id, targets } = made.body;
  const post = { page: slot.page, target: targets[0].id, dueAtMs };

  const over = new AbortController();
  const met = Promise.all([
    disturbAt(stage, run, post, over.signal),
    interfere(stage, run, post, over.signal),
    run.losesLogin ? revive(stage, slot, post.target, over.signal) : true,
  ]);
  // Who fails below has told already why.
  met.catch(() => undefined);
  const live = async () => {
    const said = await say(
      stage,
      run,
      { ...content, post: id, target: { id: post.target, userTags: run.options?.userTags } },
      post,
    );
    const dueMs = said.findLast((wish) => wish.what === 'due')?.notBeforeMs ?? dueAtMs;
    // What is held for a login has not come to its end while somebody logs in.
    if (run.losesLogin) await met;
    if (run.disturbance && isAfterTheEnd(run.disturbance)) await Promise.race([met, sleep(begunWithinMs)]);
    const hasEnded = await stage.watch.over(post.target, Math.max(0, dueMs - Date.now()) + stage.resolvedWithinMs);
    const resolvedAfterMs = Date.now() - Math.max(beganAtMs, dueMs);
    const hasSettled = async () => !(await stage.rows.isChanging(post.target));
    if (said.some(({ what }) => what === 'text')) await until(hasSettled, AbortSignal.timeout(stage.resolvedWithinMs));
    const openBecause = hasEnded ? undefined : await whyOpen(stage, post.target);
    return { acknowledged: said, lastDueMs: dueMs, resolvedAfterMs, openBecause };
  };
  const { lastDueMs, ...lived } = await live().finally(() => over.abort());
  const wasMet = (await met).every(Boolean);
  if (run.due !== 'far') await sleep(Math.max(0, lastDueMs + mightStillAppearMs - Date.now()));
  const firstComment = run.firstComment && `${mark} ${run.firstComment}`;
  const said = { firstComment, options: run.options };
  const known = { run: run.index, post: id, mark, place: stage.place, slot, ...lived, ...said };
  return { ...known, ...allowances(run, kind), met: wasMet, beganAtMs, endedAtMs: Date.now() };
}

function dueAt(due: Due, nowMs: number): number {
  if (due === 'now') return nowMs;
  return due === 'far' ? nowMs + farMs : Math.ceil((nowMs + askedAheadMs) / crowdEveryMs) * crowdEveryMs;
}

const allowances = ({ faults, foreignHand }: Run, kind: KindOfPost) => ({
  mayStay: kind.mayStay === true || faults.some((fault) => isRefusedDeletion(fault, kind)),
  wordless: kind.wordless === true,
  mayFail: faults.some(isRefusal),
  takenAway: foreignHand === 'deletes',
  mayBeEarly: foreignHand === 'publishes',
});

/** Everything that is asked for, each thing at its time. @returns what was acknowledged */
async function say(stage: Stage, run: Run, asked: Asked, post: Post): Promise<Acknowledged[]> {
  const { disturber, place } = stage;
  const { dueAtMs } = post;
  const acknowledged: Acknowledged[] = [
    { what: 'content', text: asked.textOf(0), wording: run.wordings[0] as Wording },
    { what: 'due', notBeforeMs: dueAtMs },
  ];
  const askedAtMs = Date.now();
  for (const { from, atMs, wish: wished } of run.commands) {
    const fromMs = from === 'asked' ? askedAtMs : await momentOf(from, stage, run, post);
    await sleep(Math.max(0, fromMs + atMs - Date.now()));
    const wishing = wish(place.stack.member, asked, wished);
    if (run.disturbance && 'during' in run.disturbance) await disturber.disturb(run.disturbance);
    acknowledged.push(...(await wishing));
    if (['cancel', 'delete'].includes(acknowledged.at(-1)?.what ?? '')) break;
  }
  return acknowledged;
}

/** @returns when a post is due, or was seen to have come so far, or was given up */
async function momentOf(
  from: Exclude<Command['from'], 'asked'>,
  { place, rows }: Stage,
  run: Run,
  post: Post,
): Promise<number> {
  if (from === 'due') return post.dueAtMs;
  const soon = AbortSignal.timeout(Math.max(0, post.dueAtMs - Date.now()) + calledWithinMs);
  const isPublic = async () => (await rows.standing(post.target)).state === 'published';
  if (from === 'public') await until(isPublic, soon);
  else await meet({ rows, simulator: place.stack.simulator }, run, from === 'armed' ? 'parked' : 'call', post, soon);
  return Date.now();
}

/** @returns false where the post ended before it was met */
async function disturbAt(stage: Stage, run: Run, post: Post, over: AbortSignal): Promise<boolean> {
  const { disturbance } = run;
  if (!disturbance || !('step' in disturbance)) return true;
  const { simulator } = stage.place.stack;
  const release = await meet({ rows: stage.rows, simulator }, run, disturbance.step, post, over);
  if (!release) return false;
  const { step } = disturbance;
  const untilMs = Date.now() + staysForMs(step, kindNamed(run.kind), post.dueAtMs - Date.now());
  return stage.disturber.disturb(disturbance, () => Date.now() < untilMs).finally(release);
}

/** Where the simulator lets somebody do it, and to what of a post. */
const hands = {
  publishes: { step: 'draft', method: 'POST', path: (id: string) => `/sim/posts/${id}/publish` },
  deletes: { step: 'draft', method: 'DELETE', path: (id: string) => `/sim/posts/${id}` },
  fails: { step: 'container', method: 'POST', path: (id: string) => `/sim/containers/${id}/fail` },
  expires: { step: 'container', method: 'POST', path: (id: string) => `/sim/containers/${id}/expire` },
} as const;

/**
 * Somebody finds the draft, as people with a role on the Page can, and does something to it; or containers do not stay ready.
 * @returns false where it was found too late: Meta's reads would not show yet what was done by hand when our own call comes
 */
async function interfere(
  { place, rows, count }: Stage,
  { foreignHand }: Run,
  { target, dueAtMs }: Post,
  over: AbortSignal,
): Promise<boolean> {
  if (!foreignHand) return true;
  const { step, method, path } = hands[foreignHand];
  // A server that is being restarted for another post tells nothing.
  const prepared = async () => ((await rows.isArmed(target)) ? rows.prepared(target, step) : []);
  const look = () => prepared().catch(() => []);
  for (let ids = await look(); !over.aborted && Date.now() < dueAtMs - shownAfterMs; ids = await look()) {
    await sleep(lookEveryMs);
    if (!ids.length) continue;
    for (const id of ids) await fetch(`${place.stack.urls.simulator}${path(id)}`, { method });
    count(`foreign hand ${foreignHand} the ${step}`);
    return true;
  }
  return false;
}
