import { z } from 'zod';
import { flawed, type Refusal } from '../http/problem.ts';
import { id } from '../shapes.ts';
import type { CarriedOut } from './carry-out.ts';
import { notes, Post, resolution } from './shapes.ts';
import { reachOf, rests, type Standing, type StandingTarget } from './standing.ts';

export const Result = z
  .object({
    target: id,
    result: z.enum(['done', 'unchanged', 'too-late', 'asks', 'closed', 'impossible']).meta({
      description:
        'asks: it waits for an answer first; closed: it was canceled or deleted, has failed for good, or its account is gone; impossible: Meta has no way, or it was not granted',
    }),
    words: z.string(),
  })
  .meta({ id: 'CommandResult' });
export type Result = z.input<typeof Result>;

export const ChangedPost = Post.extend({
  resolution,
  notes,
  results: z.array(Result).meta({ description: 'for each target, whether it was in time' }),
}).meta({ id: 'ChangedPost' });
export type ChangedPost = typeof ChangedPost;

export type Wish = 'edit' | 'cancel' | 'publish';

/**
 * What became of a wish, target by target.
 * @param meant those that it makes a difference to
 */
export function resultsOf(
  wish: Wish,
  post: Standing,
  meant: readonly StandingTarget[],
  { reached, late }: Pick<CarriedOut, 'reached' | 'late'>,
  objections: ReadonlyMap<string, string> = new Map(),
): Result[] {
  const has = (targets: readonly StandingTarget[], { id }: StandingTarget) => targets.find((other) => other.id === id);
  return post.targets.map((target) => {
    if (has(reached, target)) return { target: target.id, result: 'done', words: done(wish, target) };
    if (!has(meant, target)) return { target: target.id, result: 'unchanged', words: 'Nothing changes for it.' };
    const objection = objections.get(target.id);
    if (objection !== undefined) return { target: target.id, result: 'impossible', words: objection };
    const now = has(late, target);
    return { target: target.id, ...missed(wish, now ?? target, now !== undefined) };
  });
}

type Said = Pick<Result, 'result' | 'words'>;

function done(wish: Wish, target: StandingTarget): string {
  if (wish === 'cancel' && target.state === 'published') return beingDeleted;
  if (wish === 'cancel') return 'Canceled. It will not be published.';
  if (wish === 'publish') return 'It is being published.';
  if (target.state === 'published') return 'Its text is being changed at Meta.';
  return rests(target) ? 'Changed. It still waits for an answer.' : 'Changed in time.';
}

/** @param isLate it is public, or just becoming so, or perhaps so, as the moment of decision showed */
function missed(wish: Wish, target: StandingTarget, isLate: boolean): Said {
  const { state } = target;
  if (state === 'published') return published[wish];
  if (state === 'deleting') return { result: wish === 'cancel' ? 'unchanged' : 'closed', words: beingDeleted };
  const reach = reachOf(target);
  if (reach === 'stranded' && !isLate) return { result: 'closed', words: stranded };
  if (reach === 'over' && state === 'failed')
    return { result: wish === 'cancel' ? 'unchanged' : 'closed', words: failed };
  if (reach === 'over' && wish === 'cancel') return { result: 'unchanged', words: `It was ${state} before.` };
  if (reach === 'over') return { result: 'closed', words: `It was ${state}, and stays so.` };
  if (reach === 'asks') return { result: 'asks', words: `Meta does not say whether this is live. ${answer}` };
  if (rests(target) && !isLate) return { result: 'asks', words: `It waits for an answer. ${answer}` };
  if (reach === 'can' && !isLate) return { result: 'too-late', words: othersAreOut };
  if (wish === 'publish') return { result: 'unchanged', words: 'It is being published already.' };
  return { result: 'too-late', words: 'Too late: it is being published at this moment, as it was.' };
}

const stranded =
  'Its account is not connected here any more, so that nothing is published there. Connect it again, and make a new post for it.';

const failed = 'It has failed, and nothing more is done with it here. Its reason says what to look at.';

const beingDeleted = 'It is being deleted at Meta.';

const answer = 'Answer that first: POST /v1/targets/{id}/resolve.';

const othersAreOut =
  'Left as it was: link and media are the same for all accounts, and another one is just being published with the old ones.';

const published: Readonly<Record<Wish, Said>> = {
  edit: { result: 'too-late', words: 'Too late: it is published. Only its text can still be changed.' },
  publish: { result: 'unchanged', words: 'It is published already.' },
  cancel: {
    result: 'too-late',
    words: 'Too late: it was published a moment ago. Ask again, to have it deleted at Meta.',
  },
};

/** A refusal where nothing of the wish came true, and nothing needed to. */
export function inVain(results: readonly Result[]): Refusal | undefined {
  if (!results.length || results.some(({ result }) => result === 'done' || result === 'unchanged')) return undefined;
  const errors = results.map(({ words }, index) => ({ pointer: `/targets/${index}`, detail: words }));
  return { ...flawed(errors), problem: 'conflict', detail: [...new Set(results.map(({ words }) => words))].join(' ') };
}
