import type { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Extras, ok } from '../http/answer.ts';
import { isRefusal, type Refusal, refuse } from '../http/problem.ts';
import type { Parts } from '../parts.ts';
import type { Member } from '../session/caller.ts';
import { tell } from '../tell.ts';
import { type CarriedOut, carryOut, type Order } from './carry-out.ts';
import { readPost } from './read.ts';
import { type ChangedPost, inVain, resultsOf, type Wish } from './results.ts';
import { readStanding, type Standing, type StandingTarget } from './standing.ts';
import { isStale, stale, versionTag } from './version.ts';

const ATTEMPTS = 3;

interface Asked {
  parts: Parts;
  tenant: string;
  db: TenantDb;
  caller: Member;
  params: { id: string };
  header: (name: string) => string;
}

/** What a command comes to for a post as it stands. */
export interface Plan extends Pick<z.input<ChangedPost>, 'notes' | 'resolution'> {
  order: Order;
  /** Those that it makes a difference to, whether they can be reached or not. */
  meant: readonly StandingTarget[];
  /** Why nothing can be done about some of them, by id. */
  objections?: ReadonlyMap<string, string>;
  /** There is nothing to write: it is so already, or nobody can be reached. */
  idle?: boolean;
}

type Answer = { status: 200; body: z.input<ChangedPost> } & Extras;

/** Plans a command for the post as it stands and carries it out; from the beginning again where somebody else was quicker. */
export async function command(
  { parts, tenant, db, params, header }: Asked,
  wish: Wish,
  plan: (post: Standing) => Promise<Plan | Refusal>,
): Promise<Answer | Refusal> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const post = await readStanding(db, params.id);
    if (!post) return gone();
    if (isStale(header('if-match'), post)) return stale();
    const planned = await plan(post);
    if (isRefusal(planned)) return planned;
    const { order, meant, idle, notes, resolution, objections } = planned;
    const outcome = idle ? nothing : await carryOut({ control: parts.control, db, tenant }, post, order);
    if (outcome === 'overtaken') continue;
    const results = resultsOf(wish, post, meant, outcome, objections);
    const refusal = inVain(results);
    if (refusal) {
      await tell(parts, outcome.changes);
      return refusal;
    }
    const now = await readPost(db, post.id);
    if (!now) return gone();
    return ok({ ...now, notes, resolution, results }, { headers: versionTag(now), changes: outcome.changes });
  }
  return refuse('conflict', 'Others are changing this post just now. Read it again in a moment.');
}

const nothing: CarriedOut = { reached: [], late: [], changes: [] };

const gone = () => refuse('not-found', 'There is no such post.');
