import type { Stack } from '../stack/stack.ts';
import type { Post } from './kill-scene.ts';

/** How soon what was done at Meta is known, where it can be read, and everything else. */
const goalMs = { done: 120_000, other: 300_000 };

export interface Killed {
  step: string;
  form: string;
  /** What Meta was asked for was done when the worker died. */
  done: boolean;
  /** It was at its step when the worker died. */
  met: boolean;
  /** From the kill, or from when it was due where that is later; absent where it was not. */
  resolvedMs?: number;
  goalMs: number;
  withinGoal: boolean;
  state: string;
  publications: number;
  comments?: number;
  /** It has an address, where that is what it is about. */
  linked?: boolean;
  /** What should be and is not. */
  wrong: string[];
}

export interface Resolution {
  state: string;
  isLinked: boolean;
  atMs?: number;
}

interface Truth {
  posts: { id: string; page: string; publications: number }[];
  media: { account: string }[];
  comments: { object: string }[];
}

export async function outcomes(
  { simulator }: Stack,
  posts: readonly Post[],
  resolved: ReadonlyMap<string, Resolution>,
  { fromMs, isMet }: { fromMs: (post: Post) => number; isMet: (post: Post) => boolean },
): Promise<Killed[]> {
  const truth = await simulator.truth<Truth>();
  return posts.map((post) => {
    const { step, form, done, metaId, firstComment } = post;
    const { state = '', isLinked = false, atMs } = resolved.get(post.target) ?? {};
    const onPage = truth.posts.filter(({ page }) => page === metaId);
    const media = truth.media.filter(({ account }) => account === metaId);
    const comments = truth.comments.filter(({ object }) => onPage.some(({ id }) => id === object)).length;
    const resolvedMs = atMs === undefined ? undefined : Math.max(0, atMs - fromMs(post));
    const goal = done ? goalMs.done : goalMs.other;
    const seen = {
      ...{ state, publications: media.length + onPage.reduce((sum, { publications }) => sum + publications, 0) },
      ...(firstComment ? { comments } : {}),
      ...(post.isLinked ? { linked: isLinked } : {}),
    };
    return {
      ...{ step, form, done, met: isMet(post) },
      ...(resolvedMs === undefined ? {} : { resolvedMs }),
      ...{ goalMs: goal, withinGoal: resolvedMs !== undefined && resolvedMs <= goal },
      ...seen,
      wrong: differences(seen, expected(post)),
    };
  });
}

type Seen = Pick<Killed, 'state' | 'publications' | 'comments' | 'linked'>;

function expected({ isRemoved, isLive, firstComment, isLinked, done }: Post): Seen {
  if (isRemoved) return isLive ? { state: 'deleted', publications: 1 } : { state: 'canceled', publications: 0 };
  // Where nobody heard of it, it may be there: it is never written again.
  const [comments, linked] = [firstComment ? { comments: done ? 1 : 0 } : {}, isLinked ? { linked: true } : {}];
  return { state: 'published', publications: 1, ...comments, ...linked };
}

const differences = (seen: Seen, wanted: Seen) =>
  (Object.keys(wanted) as (keyof Seen)[])
    .filter((key) => seen[key] !== wanted[key])
    .map((key) => `${key} should be ${wanted[key]}`);

/** What the product did not do as it must, in words. */
export function wrongWith(killed: Killed): string[] {
  const { step, form, done, wrong, met, withinGoal, goalMs: goal } = killed;
  // Where it was not at its step, that it comes late says nothing of it.
  const late = met && !withinGoal ? [`not resolved within ${goal / 1_000} s`] : [];
  return [...wrong, ...late].map((what) => `${step} of ${form}, ${done ? 'done' : 'not done'}: ${what}`);
}

export function line({ step, form, done, met, resolvedMs, withinGoal, ...seen }: Killed): string {
  const seconds = resolvedMs === undefined ? 'never' : `${(resolvedMs / 1_000).toFixed(1)} s`;
  const { state, publications, comments, linked } = seen;
  const rest = [
    ...[state, `${publications} publications`],
    ...(comments === undefined ? [] : [`${comments} comments`]),
    ...(linked === false ? ['no address'] : []),
    ...(met ? [] : ['not met']),
  ];
  const what = `${step} (${done ? 'done' : 'not done'})`;
  return `${what.padEnd(34)}${form.padEnd(20)}${seconds.padStart(9)} ${withinGoal ? 'in time ' : 'too late'}  ${rest.join(', ')}`;
}
