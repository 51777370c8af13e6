import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorAdmin } from '../stack/simulator.ts';
import { kindNamed } from './kinds.ts';
import type { Run } from './plan.ts';
import type { Release, Rows } from './rows.ts';
import { heldAt, type Step } from './steps.ts';

const lookEveryMs = 100;

export interface Post {
  page: string;
  target: string;
  dueAtMs: number;
}

const nothing: Release = async () => {};

/** @returns whether it came to be before it was given up */
export async function until(look: () => Promise<boolean>, over: AbortSignal): Promise<boolean> {
  // A server that is being restarted for another post tells nothing.
  while (!(await look().catch(() => false))) {
    if (over.aborted) return false;
    await sleep(lookEveryMs);
  }
  return true;
}

/**
 * Waits until a post is at a step of its life.
 * @returns undefined when it ended before
 */
export async function meet(
  { rows, simulator }: { rows: Rows; simulator: SimulatorAdmin },
  { kind }: Pick<Run, 'kind'>,
  step: Step,
  { page, target, dueAtMs }: Post,
  over: AbortSignal,
): Promise<Release | undefined> {
  const isSeen = (look: () => Promise<boolean>) => until(look, over);
  const { call, oncePrepared } = heldAt(step, kindNamed(kind));
  const underWay = () =>
    simulator.faults(page).then((faults) => faults.some((f) => f.call === call && f.then === 'slow' && f.hits > 0));
  if (oncePrepared) {
    if (!(await isSeen(() => rows.isArmed(target)))) return undefined;
    await simulator.fault({ ...oncePrepared, page });
  }
  switch (step) {
    case 'due':
      await sleep(Math.max(0, dueAtMs - Date.now()));
      return nothing;
    case 'parked':
      return (await isSeen(() => rows.isArmed(target))) ? nothing : undefined;
    case 'answered':
      return (await isSeen(() => rows.isArmed(target))) ? rows.holdTarget(target).catch(unwanted) : undefined;
    case 'leaving':
      return (await isSeen(underWay)) ? rows.holdEntry(target).catch(unwanted) : undefined;
    default:
      return (await isSeen(underWay)) ? nothing : undefined;
  }
}

/** What was held was let go again: the post went another way, or PostgreSQL was restarted for another one. */
const unwanted = () => undefined;
