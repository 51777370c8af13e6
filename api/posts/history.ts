import { z } from 'zod';
import { callWords, readWords } from '../../db/tenant/ledger/words.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
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
    summary: 'What happened to each target, step by step',
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
      at: toInstant(post.created_at),
      words: 'Created.',
      step: 'created' as const,
      outcome: null,
      diagnostic: null,
    };
    const told = [];
    for (const target of targets) {
      const now = {
        at: toInstant(target.since),
        words: stateWords(target),
        step: 'state' as const,
        outcome: target.state,
        diagnostic: target.diagnostic as Diagnostic,
      };
      const steps = [created, ...(await callsOf(db, target.id)), now].sort((a, b) => a.at.localeCompare(b.at));
      told.push({ id: target.id, account: target.account, state: target.state, steps });
    }
    return ok({ post: post.id, targets: told });
  },
);

type Diagnostic = Record<string, unknown> | null;

/** The ledger's calls and the looks that followed, each where it belongs in time. */
async function callsOf(db: TenantDb, target: string): Promise<z.input<typeof Step>[]> {
  const calls = await db.selectFrom('ledger').selectAll().where('target', '=', target).execute();
  const looks = await db
    .selectFrom('witness_reads as w')
    .innerJoin('ledger as l', 'l.id', 'w.ledger')
    .select(['w.answer', 'w.diagnostic', 'w.read_at'])
    .where('l.target', '=', target)
    .execute();
  return [
    ...calls.map((call) => ({
      at: toInstant(call.called_at ?? call.closed_at ?? call.opened_at),
      words: callWords(call),
      step: call.step,
      outcome: call.status,
      diagnostic: call.diagnostic as Diagnostic,
    })),
    ...looks.map((look) => ({
      at: toInstant(look.read_at),
      words: readWords[look.answer],
      step: 'look' as const,
      outcome: look.answer,
      diagnostic: look.diagnostic as Diagnostic,
    })),
  ];
}
