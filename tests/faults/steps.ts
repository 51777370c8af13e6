import type { Fault } from '../stack/simulator.ts';
import type { KindOfPost } from './kinds.ts';

/** Long enough that a call is still under way when it was noticed and something is done about it. */
const holdMs = 6_000;
/** It may be so long under way when that is seen. */
const noticedWithinMs = 300;
/** What is not repeated at once must have been done before it is looked for: looks that are scaled come early. */
const shortHoldMs = 1_500;

/**
 * The moments in the life of a post at which something breaks. Most are made visible by a call that Meta is slow to answer;
 * `container`, `status` and `upload` are within the preparing; `parked` by the ledger, `answered` and `leaving` by a row that is locked, so that what comes next cannot be written.
 * `due` is the instant at which everything of the same second claims. `bind` is the look for what a container has become. What is met at `edit`,
 * `delete` or `discard` is so because somebody wants it then: the first two of what is public, the last of what was prepared.
 */
export const steps = [
  'prepare',
  'container',
  'upload',
  'status',
  'draft',
  'parked',
  'due',
  'call',
  'called',
  'answered',
  'look',
  'bind',
  'link',
  'comment',
  'leaving',
  'edit',
  'delete',
  'discard',
] as const;
export type Step = (typeof steps)[number];

interface Held {
  /** What is wrong from the beginning. */
  faults: Fault[];
  /** What is wrong from when everything is prepared, since the same call is made before too. */
  oncePrepared?: Fault;
  /** The call that is under way then. */
  call?: string;
}

/** How a post that is to be met at a step is held there. */
export function heldAt(step: Step, { calls, repeats }: KindOfPost): Held {
  const { prepare, commit, look, link, upload = '' } = calls;
  const slow = (call: string, doneAt: 'start' | 'end', delayMs = holdMs) =>
    ({ call, then: 'slow', delayMs, doneAt }) as const;
  const [first = '', last = first] = [prepare[0], prepare.at(-1)];
  const [seen, listed = seen] = look;
  switch (step) {
    case 'prepare':
      return { faults: [slow(first, 'end')], call: first };
    case 'container':
      return { faults: [slow('createContainer', 'start')], call: 'createContainer' };
    case 'upload':
      // Broken off by Meta first, and then by us where it is gone on with.
      return { faults: [{ call: upload, then: 'resetMidUpload' }, slow(upload, 'end')], call: upload };
    case 'status':
      return { faults: [slow('readContainer', 'end')], call: 'readContainer' };
    case 'draft':
      return { faults: [slow(last, 'start')], call: last };
    case 'call':
      return { faults: [slow(commit, 'end', repeats ? holdMs : shortHoldMs)], call: commit };
    case 'called':
      return { faults: [slow(commit, 'start')], call: commit };
    case 'look':
      return { faults: [{ call: commit, then: 'dropAnswer' }], oncePrepared: slow(seen, 'start'), call: seen };
    case 'bind':
      return { faults: [{ call: commit, then: 'dropAnswer' }], oncePrepared: slow(listed, 'start'), call: listed };
    case 'comment':
      return { faults: [slow('comment', 'start')], call: 'comment' };
    case 'edit':
    case 'delete':
    case 'discard': {
      const { [step]: call = '' } = calls;
      return { faults: [slow(call, 'start')], call };
    }
    case 'link':
    case 'leaving':
      return { faults: [], oncePrepared: slow(link, 'start'), call: link };
    case 'parked':
    case 'due':
    case 'answered':
      return { faults: [] };
  }
}

/** Claims and calls of the same second are over then. */
const dueForMs = 500;
/** What waits for a row that is locked is given up, or tried again, later than this. */
const lockedForMs = 8_000;

/** How long a post stays at a step at least once it was met there. @param restMs until it is due */
export function staysForMs(step: Step, kind: KindOfPost, restMs: number): number {
  if (step === 'parked') return restMs;
  if (step === 'due') return dueForMs;
  if (step === 'answered' || step === 'leaving') return lockedForMs;
  const { faults, oncePrepared, call } = heldAt(step, kind);
  const held = [...faults, ...(oncePrepared ? [oncePrepared] : [])].find((f) => f.call === call && f.then === 'slow');
  return Number(held?.delayMs) - noticedWithinMs;
}

/** Whether a post has come to its end before it is met there. */
export const isAfterTheEnd = (at: object): boolean =>
  'step' in at && ['edit', 'delete', 'discard'].includes(at.step as Step);

/** What is to be met while something is uploaded needs something to upload. */
export function canBeMetAt(step: Step, { platform, comments, calls }: KindOfPost): boolean {
  switch (step) {
    case 'prepare':
      return calls.prepare.length > 1;
    case 'container':
    case 'status':
      return platform === 'instagram';
    case 'upload':
      return calls.upload !== undefined;
    case 'comment':
      return comments === true;
    case 'bind':
      return platform === 'instagram';
    case 'edit':
    case 'delete':
    case 'discard':
      return calls[step] !== undefined;
    default:
      return true;
  }
}
