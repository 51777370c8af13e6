import type { Fault } from '../stack/simulator.ts';
import type { Calls, KindOfPost } from './kinds.ts';

/** Long enough that a call is still under way when it was noticed and something is done about it. */
const holdMs = 6_000;

/**
 * The moments in the life of a post at which something breaks. Most are made visible by a call that Meta is slow to answer;
 * `parked` by the ledger, `answered` and `leaving` by a row that is locked, so that what comes next cannot be written.
 * `due` is the instant at which everything of the same second claims.
 */
export const steps = [
  'prepare',
  'draft',
  'parked',
  'due',
  'call',
  'called',
  'answered',
  'look',
  'link',
  'leaving',
] as const;
export type Step = (typeof steps)[number];

/** The faults of a post that is to be met at a step, and the call that is under way then. */
export function heldAt(step: Step, { prepare, commit, look }: Calls): { faults: Fault[]; call?: string } {
  const slow = (call: string, doneAt: 'start' | 'end') => ({ call, then: 'slow', delayMs: holdMs, doneAt }) as const;
  const [first = '', last = first] = [prepare[0], prepare.at(-1)];
  const [seen = ''] = look;
  switch (step) {
    case 'prepare':
      return { faults: [slow(first, 'end')], call: first };
    case 'draft':
      return { faults: [slow(last, 'start')], call: last };
    case 'call':
      return { faults: [slow(commit, 'end')], call: commit };
    case 'called':
      return { faults: [slow(commit, 'start')], call: commit };
    case 'look':
      return { faults: [{ call: commit, then: 'dropAnswer' }, slow(seen, 'start')], call: seen };
    case 'link':
    case 'leaving':
      return { faults: [slow(seen, 'start')], call: seen };
    case 'parked':
    case 'due':
    case 'answered':
      return { faults: [] };
  }
}

/** What is to be met while something is uploaded needs something to upload. */
export const canBeMetAt = (step: Step, { calls }: KindOfPost): boolean =>
  step !== 'prepare' || calls.prepare.length > 1;
