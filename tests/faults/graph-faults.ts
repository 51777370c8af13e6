import type { Fault } from '../stack/simulator.ts';
import type { Calls } from './kinds.ts';
import type { Random } from './random.ts';

interface Then {
  then: string;
  times?: number | 'always';
  [option: string]: unknown;
}

/** Beyond the 20 s after which a call is given up. */
const beyondTheCallMs = 21_000;

/** What the answer to any call can be like, with the call done or not done. */
const passing: readonly Then[] = [
  { then: 'dropAnswer' },
  { then: 'dropAnswer', times: 2 },
  { then: 'errorButDone' },
  { then: 'errorButDone', status: 503, code: 2 },
  { then: 'badRequestButDone' },
  { then: 'resetBefore' },
  { then: 'resetBefore', times: 3 },
  { then: 'rateLimited', code: 4, regainMinutes: 0 },
  { then: 'rateLimited', code: 80001, regainMinutes: 0 },
  { then: 'slow', delayMs: 1_500, doneAt: 'end' },
  { then: 'slow', delayMs: 1_500, doneAt: 'start' },
  { then: 'refuse', code: 999_999 },
  { then: 'tokenDead', subcode: 460, onlyThisAnswer: true },
];

const committing: readonly Then[] = [
  ...passing,
  { then: 'dropAnswer', times: 3 },
  { then: 'badRequestButDone', code: 368 },
  { then: 'badRequestButDone', code: 4, subcode: 2_207_051 },
  { then: 'slow', delayMs: 6_000, doneAt: 'end' },
  { then: 'slow', delayMs: beyondTheCallMs, doneAt: 'start' },
];

/** Meta looked at it and will not have it, however often it is asked. */
export const refusal = { then: 'refuse', code: 1_609_005, times: 'always' } as const;

const looking: readonly Then[] = [...passing, { then: 'refuse', code: 100, subcode: 33 }];

const someFault = 0.55;
const anotherFault = 0.35;
const atMost = 3;
const refusedForGood = 0.02;

/** What goes wrong at Meta with one post: mostly one thing, sometimes several on top of each other. */
export function drawGraphFaults(random: Random, { prepare, commit, look }: Calls): Fault[] {
  if (random.chance(refusedForGood)) return [{ call: commit, ...refusal }];
  if (!random.chance(someFault)) return [];
  const faults: Fault[] = [];
  do {
    const part = random.pick(['prepare', 'commit', 'commit', 'look'] as const);
    if (part === 'commit') faults.push({ call: commit, ...random.pick(committing) });
    else
      faults.push({
        call: random.pick(part === 'prepare' ? prepare : look),
        ...random.pick(part === 'prepare' ? passing : looking),
      });
  } while (faults.length < atMost && random.chance(anotherFault));
  return faults;
}

export const isRefusal = ({ then, code, times }: Fault): boolean =>
  then === refusal.then && code === refusal.code && times === refusal.times;

/** How it is counted: the call, and what became of it. */
export const nameOf = ({ call, then, code, doneAt }: Fault): string =>
  [call, then, ...(then === 'refuse' ? [code] : []), ...(doneAt ? [doneAt] : [])].join(' ');
