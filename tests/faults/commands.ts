import type { Random } from './random.ts';

/** What a member wants of a post that is scheduled already, and when. */
export interface Command {
  /** Counted from when the post was asked for, is prepared, is due, its commit is seen to be under way, or it is public. */
  from: 'asked' | 'armed' | 'due' | 'call' | 'public';
  atMs: number;
  wish: Wish;
}

export type Wish =
  | { do: 'edit'; wording: number }
  | { do: 'cancel' }
  | { do: 'publish now' }
  /** Counted from when it is said. */
  | { do: 'reschedule'; inMs: number };

/** When a post should be published: at once, at the second at which many are, or so late that somebody has to hurry it. */
export type Due = 'now' | 'crowded' | 'far';

const moments = [
  { fromMs: -5_500, toMs: -500, weight: 4 },
  // Claims and calls are under way.
  { fromMs: -60, toMs: 250, weight: 4 },
  { fromMs: 300, toMs: 3_000, weight: 1 },
] as const;

/** Before a call that is held the shortest is over. */
const soonAfterMs = 1_000;
const somebodyWantsSomething = 0.35;
const somethingElseToo = 0.25;

/** @param wordings to how many a post may be edited, the first included */
export function drawCommands(random: Random, due: Due, wordings: number): Command[] {
  if (due === 'far') return hurried(random);
  if (!random.chance(somebodyWantsSomething)) return [];
  const commands = [around(random, due, 1)];
  if (random.chance(somethingElseToo) && wordings > 2) commands.push(around(random, due, 2));
  return commands.sort((a, b) => a.atMs - b.atMs);
}

/** A wish for the moments around the due instant, where it may be in time or too late. */
export function around(random: Random, due: Due, wording: number): Command {
  const weighted = moments.flatMap((moment) => Array.from({ length: moment.weight }, () => moment));
  const { fromMs, toMs } = random.pick(weighted);
  const atMs = random.whole(fromMs, toMs);
  const wish = drawWish(random, wording);
  return due === 'now' ? { from: 'asked', atMs: Math.max(0, atMs), wish } : { from: 'due', atMs, wish };
}

/** A wish that comes while the call that makes the post public is held at Meta. */
export const duringCall = (random: Random, wording: number): Command => ({
  ...{ from: 'call', atMs: random.whole(0, soonAfterMs) },
  wish: drawWish(random, wording),
});

/** What leads to these steps, at once. */
export const leadingTo: Readonly<Record<'edit' | 'delete' | 'discard', Command>> = {
  edit: { from: 'public', atMs: 0, wish: { do: 'edit', wording: 1 } },
  delete: { from: 'public', atMs: 0, wish: { do: 'cancel' } },
  discard: { from: 'armed', atMs: 0, wish: { do: 'cancel' } },
};

/** Likewise, at some time; what is changed may be changed once more, or deleted, while Meta is at the first change. */
export function leadingSoonTo(random: Random, step: keyof typeof leadingTo, isDeletable: boolean): Command[] {
  const first = { ...leadingTo[step], atMs: random.whole(0, soonAfterMs) };
  if (step !== 'edit' || !random.chance(0.5)) return [first];
  const { from, wish } = leadingTo.delete;
  const atMs = random.whole(0, 2 * soonAfterMs);
  const another: Wish = isDeletable && random.chance(0.3) ? wish : { do: 'edit', wording: 2 };
  return [first, { from, atMs, wish: another }];
}

function drawWish(random: Random, wording: number): Wish {
  const what = random.pick(['edit', 'edit', 'edit', 'cancel', 'cancel', 'reschedule', 'publish now'] as const);
  if (what === 'edit') return { do: what, wording };
  return what === 'reschedule' ? { do: what, inMs: random.whole(1_000, 9_000) } : { do: what };
}

/** What is due in an hour only goes out, or not, by what somebody says. */
function hurried(random: Random): Command[] {
  const edit = { from: 'asked', atMs: random.whole(0, 1_000), wish: { do: 'edit', wording: 1 } } as const;
  const what = random.pick(['publish now', 'reschedule', 'cancel'] as const);
  const wish: Wish = what === 'reschedule' ? { do: what, inMs: random.whole(500, 8_000) } : { do: what };
  const end = { from: 'asked', atMs: random.whole(500, 2_500), wish } as const;
  return random.chance(0.5) ? [edit, end] : [end];
}
