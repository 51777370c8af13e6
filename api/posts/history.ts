import { z } from 'zod';
import { type Happened, readCalls } from '../../db/tenant/ledger/read-calls.ts';
import { whyOf } from '../../db/tenant/targets/why.ts';
import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById, diagnostic, id, instant, toInstant } from '../shapes.ts';
import { TargetState } from './shapes.ts';
import { stateWords } from './words.ts';

const Step = z
  .object({
    at: instant,
    words: z.string().meta({ description: 'what happened, for people' }),
    step: z.enum([
      ...['created', 'photo', 'upload', 'container', 'draft', 'commit', 'comment', 'edit', 'discard', 'delete'],
      ...['look', 'state'],
    ] as const),
    outcome: z.string().nullable(),
    diagnostic: diagnostic.nullable(),
  })
  .meta({ id: 'HistoryStep' });

const History = z
  .object({
    post: id,
    targets: z.array(z.object({ id, account: id.nullable(), state: TargetState, steps: z.array(Step) })),
  })
  .meta({ id: 'PostHistory' });

export const getHistory = route(
  {
    method: 'get',
    path: '/v1/posts/{id}/history',
    summary: 'What was asked of Meta for each target, and how it stands',
    description:
      'Every call and every look, the earliest first, and the state that it is in now with its reason. What people decided is told by GET /v1/audit.',
    role: 'viewer',
    params: ById,
    answers: { 200: History, 404: Problem },
  },
  async ({ db, params }) => {
    const post = await db
      .selectFrom('posts')
      .select(['id', 'created_at'])
      .where('id', '=', params.id)
      .executeTakeFirst();
    if (!post) return refuse('not-found', 'There is no such post.');
    const targets = await db.selectFrom('targets').selectAll().where('post', '=', post.id).orderBy('id').execute();
    const created = {
      at: post.created_at,
      words: 'Created.',
      step: 'created' as const,
      outcome: null,
      diagnostic: null,
    };
    const told = [];
    for (const target of targets) {
      const now = {
        at: target.since,
        words: stateWords(target.state, whyOf(target)),
        step: 'state' as const,
        outcome: target.state,
        diagnostic: target.diagnostic as Happened['diagnostic'],
      };
      const steps = [created, ...(await readCalls(db, target.id)), now]
        .sort((a, b) => a.at.getTime() - b.at.getTime())
        .map((step) => ({ ...step, at: toInstant(step.at) }));
      told.push({ id: target.id, account: target.account, state: target.state, steps });
    }
    return ok({ post: post.id, targets: told });
  },
);
