import type { Fault } from '../stack/simulator.ts';
import type { Due } from './commands.ts';
import type { KindOfPost } from './kinds.ts';
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
  { then: 'emptyAnswer' },
  { then: 'noSuccess' },
  { then: 'resetBefore' },
  { then: 'resetBefore', times: 3 },
  { then: 'rateLimited', code: 4, regainMinutes: 0 },
  { then: 'rateLimited', code: 80001, regainMinutes: 0 },
  { then: 'slow', delayMs: 1_500, doneAt: 'end' },
  { then: 'slow', delayMs: 1_500, doneAt: 'start' },
  { then: 'refuse', code: 999_999 },
  { then: 'refuse', code: 506 },
  { then: 'tokenDead', subcode: 460, onlyThisAnswer: true },
];

const done: readonly Then[] = [
  { then: 'dropAnswer', times: 3 },
  { then: 'badRequestButDone', code: 368 },
  { then: 'badRequestButDone', code: 506 },
  { then: 'badRequestButDone', code: 4, subcode: 2_207_051 },
  { then: 'slow', delayMs: beyondTheCallMs, doneAt: 'start' },
];

const committing: readonly Then[] = [...passing, ...done, { then: 'slow', delayMs: 6_000, doneAt: 'end' }];

/** What is repeated once may fail to be done once, and is never done after it was looked for twice. */
const committingOnce: readonly Then[] = [
  ...passing.filter(({ then, times }) => then !== 'resetBefore' || times === undefined),
  ...done,
];

/** Done for sure: what is frozen beside it may have cost it its first call already, and it has but one more. */
const committingInCrowd = committingOnce.filter(
  ({ then }) => ['dropAnswer', 'slow'].includes(then) || /Done$/.test(then),
);

/** Refused, so that the whole post is committed anew: not where what is frozen beside it may have cost it its first call already. */
const notReady: Then = { then: 'mediaNotReady' };
/** What is certainly tried again: where nobody says whether something is there, what is said of a deletion proves nothing. */
const passingForSure = passing.filter(({ then }) => then !== 'refuse' && then !== 'tokenDead');

const breakingOff: readonly Then[] = [
  { then: 'resetMidUpload' },
  { then: 'resetMidUpload', afterBytes: 1_000, times: 2 },
];
/** Meta takes it, and then cannot make anything of it. */
const unprocessed = { then: 'processingError' } as const;
const slowly = { then: 'slowProcessing', delayMs: 4_000 } as const;
/** Why Instagram cannot: with another container it can, or it never will. */
const passingCauses = [2_207_003, 2_207_020, 2_207_032, 2_207_053] as const;
const lastingCauses: readonly unknown[] = [2_207_009, 2_207_026];
const processing: Readonly<Record<KindOfPost['platform'], readonly Then[]>> = {
  facebook: [unprocessed, slowly],
  instagram: [...passingCauses, ...lastingCauses].flatMap((subcode) => [{ ...unprocessed, subcode }, slowly]),
};

/** Why Instagram takes no container: it may take the next one, or looked at the file and will not have it. */
const containerNotTaken: readonly Then[] = [
  { then: 'refuse', code: -2, subcode: 2_207_003 },
  { then: 'refuse', code: 9_004, subcode: 2_207_052, times: 2 },
  { then: 'refuse', code: -1, subcode: 2_207_032 },
  { then: 'refuse', code: 36_003, subcode: 2_207_009 },
];

/** Everything of this Page has to wait a minute, which is the least that Meta can say. */
const blocking = { then: 'rateLimited', code: 80_001, regainMinutes: 1 } as const;

/** Meta looked at it and will not have it, however often it is asked. */
export const refusal = { then: 'refuse', code: 1_609_005, times: 'always' } as const;

/** Meta comes for our pictures, and does not get them at once. */
const fetching: readonly Then[] = [
  { then: 'slow', delayMs: 3_000 },
  { then: 'slow', delayMs: 11_000 },
  { then: 'refuse' },
  { then: 'refuse', times: 2 },
  { then: 'resetMidUpload' },
  { then: 'resetBefore' },
];

/** Of all calls of a post, so many are hit by chance. Commits are done, so that what was seen twice not to be live never is. */
const byChance: readonly (Then & { probability: number })[] = [
  { then: 'dropAnswer', probability: 0.1 },
  { then: 'errorButDone', probability: 0.1 },
  { then: 'badRequestButDone', probability: 0.07 },
  { then: 'slow', delayMs: 700, doneAt: 'start', probability: 0.3 },
];
const byChanceUnseen: readonly (Then & { probability: number })[] = [
  { then: 'resetBefore', probability: 0.3 },
  { then: 'rateLimited', code: 4, regainMinutes: 0, probability: 0.2 },
  { then: 'refuse', code: 999_999, probability: 0.2 },
];

/** Why Meta says that a login is over. */
const deaths = [460, 463, 464, 467] as const;

const looking: readonly Then[] = [...passing, { then: 'refuse', code: 100, subcode: 33 }];

const someFault = 0.55;
const anotherFault = 0.35;
const atMost = 3;
const refusedForGood = 0.02;
const tooSoon = 0.2;
const atTheComment = 0.4;
const atTheQuestion = 0.5;
const notTaken = 0.3;
const blocked = 0.02;
const someByChance = 0.12;
const differently = 1_000_000;

/** What goes wrong at Meta with one post: mostly one thing, sometimes several on top of each other. */
export function drawGraphFaults(random: Random, kind: KindOfPost, due: Due, commented: boolean): Fault[] {
  const { calls, platform, repeats } = kind;
  if (random.chance(refusedForGood) && (repeats || due !== 'crowded')) return [{ call: calls.commit, ...refusal }];
  const faults: Fault[] = [];
  if (platform === 'instagram' && due !== 'crowded' && random.chance(tooSoon))
    return [{ call: calls.commit, ...notReady }];
  if (commented && random.chance(atTheComment)) faults.push({ call: 'comment', ...random.pick(passing) });
  if (random.chance(someByChance)) faults.push(drawByChance(random, kind));
  if (random.chance(blocked)) faults.push({ call: random.pick(calls.prepare), ...blocking });
  if (!random.chance(someFault)) return faults;
  do {
    const fault = drawFault(random, kind, due);
    if (repeats || !faults.some(({ call }) => call === fault.call && call === calls.commit)) faults.push(fault);
    if (fault.call === calls.upload && calls.asked && random.chance(atTheQuestion))
      faults.push({ call: calls.asked, ...random.pick(passing) });
  } while (faults.length < atMost && random.chance(anotherFault));
  return faults;
}

/** What goes wrong when what is public is changed or deleted, or what was prepared is discarded. */
export function drawLaterFaults(random: Random, { calls }: KindOfPost, step: 'edit' | 'delete' | 'discard'): Fault[] {
  const first = { call: calls[step] ?? '', ...random.pick(passing) };
  // Whether it is still there is asked in several ways.
  const others = [...(calls.beside ?? []), calls.link, first.call];
  return random.chance(anotherFault) ? [first, { call: random.pick(others), ...random.pick(passingForSure) }] : [first];
}

function drawByChance(random: Random, { calls: { prepare, look } }: KindOfPost): Fault {
  const seed = random.whole(1, differently);
  if (random.chance(0.5)) return { call: 'any', seed, ...random.pick(byChance) };
  return { call: random.pick([...prepare, ...look]), seed, ...random.pick(byChanceUnseen) };
}

/** A login that is over for good when one of the calls of a post is made, and what makes sure that this one is made. */
export function drawDeath(random: Random, { calls, comments }: KindOfPost): { faults: Fault[]; isAtComment: boolean } {
  const { prepare, commit, look, link } = calls;
  const call = random.pick([...prepare, ...prepare, commit, commit, look[0], link, ...(comments ? ['comment'] : [])]);
  const lost: Fault[] = call === look[0] ? [{ call: commit, then: 'dropAnswer' }] : [];
  return {
    faults: [...lost, { call, then: 'tokenDead', subcode: random.pick(deaths) }],
    isAtComment: call === 'comment',
  };
}

/** How long it takes until it is seen what was done: less than after what the second of two looks is believed, as it is scaled. */
const lagsMs = [500, 2_000] as const;
/** What is repeated at once need not be looked for so long, and by hand it is changed within this. */
const shortLagsMs = [200, 500] as const;

/** Where nobody knows how Meta behaves it is drawn for each call: whether a read lags, and what a second call for the same thing does. */
export function drawNuances(random: Random, { calls: { commit }, repeats }: KindOfPost, commented: boolean): Fault[] {
  const byChance = () => ({ probability: 0.5, seed: random.whole(1, differently) });
  const second = (call: string, again: string) => ({ call, then: 'secondCall', again, ...byChance() });
  return [
    { call: 'any', then: 'staleRead', delayMs: random.pick(repeats ? shortLagsMs : lagsMs), ...byChance() },
    // Otherwise it publishes twice; a draft of a Page cannot be.
    second(commit, repeats ? 'error' : random.pick(['success', 'error'])),
    ...(commented ? [second('comment', 'error')] : []),
  ];
}

function drawFault(random: Random, { calls, platform, repeats, fetched }: KindOfPost, due: Due): Fault {
  const { prepare, commit, look, upload, process, beside } = calls;
  const parts = [
    ...['prepare', 'commit', 'commit', 'look'],
    ...(upload ? ['upload'] : []),
    ...(process ? ['process'] : []),
    ...(fetched ? ['fetch', 'fetch'] : []),
    ...(beside ? ['beside'] : []),
  ];
  switch (random.pick(parts)) {
    case 'commit': {
      const once = due === 'crowded' ? committingInCrowd : committingOnce;
      return { call: commit, ...random.pick(repeats ? committing : once) };
    }
    case 'upload':
      return { call: upload ?? '', ...random.pick(breakingOff) };
    case 'process':
      return { call: process ?? '', ...random.pick(processing[platform]) };
    case 'fetch':
      return { call: 'fetchMedia', ...random.pick(fetching) };
    case 'beside':
      return { call: random.pick(beside ?? []), ...random.pick(passingForSure) };
    case 'prepare':
      if (platform === 'instagram' && random.chance(notTaken))
        return { call: 'createContainer', ...random.pick(containerNotTaken) };
      return { call: random.pick(prepare), ...random.pick(passing) };
    default:
      return { call: random.pick(look), ...random.pick(looking) };
  }
}

/** A post that it hits may fail. */
export const isRefusal = ({ then, code, subcode, times }: Fault): boolean =>
  (then === refusal.then && code === refusal.code && times === refusal.times) ||
  (then === unprocessed.then && subcode === undefined) ||
  lastingCauses.includes(subcode);

/** What is deleted may stay where this is answered. */
export const isRefusedDeletion = ({ call, then }: Fault, { calls }: KindOfPost): boolean =>
  call === calls.delete && then === 'refuse';

/** Whoever is hit has no login from then on. */
export const endsLogin = ({ then, onlyThisAnswer }: Fault): boolean => then === 'tokenDead' && !onlyThisAnswer;

/** How it is counted: the call, and what became of it. */
export const nameOf = (fault: Fault): string => {
  const { call, then, code, again, doneAt, probability } = fault;
  const how = [
    ...(then === 'refuse' && code ? [code] : []),
    ...(again ? [again] : []),
    ...(endsLogin(fault) ? ['for good'] : []),
  ];
  return [call, then, ...how, ...(doneAt ? [doneAt] : []), ...(probability ? ['by chance'] : [])].join(' ');
};
