import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Change, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { readPost } from '../posts/read.ts';
import { Post } from '../posts/shapes.ts';
import { isStale, stale, versionTag } from '../posts/version.ts';
import { ById } from '../shapes.ts';
import { type ChoiceName, goOn, isLive } from './answers.ts';

const Choice = z
  .strictObject({ choice: z.enum(['live', 'publishAgain', 'retry', 'cancel'] satisfies ChoiceName[]) })
  .meta({ id: 'TargetChoice' });

export const resolveTarget = route(
  {
    method: 'post',
    path: '/v1/targets/{id}/resolve',
    summary: 'Answer what a held or failed target asks',
    description:
      'With one of its `choices`: what might be live is never simply tried again. The answer is the post with all of its targets; If-Match takes the ETag of the post.',
    role: 'editor',
    idempotent: true,
    editable: true,
    params: ById,
    body: Choice,
    answers: { 200: Post, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, db, caller, params, body: { choice }, header, newId }) => {
    const ifMatch = header('if-match');
    const entry = newId('resolution');
    const target = await readAsking(db, params.id);
    if (!target) return refuse('not-found', 'There is no such target.');
    if (await isDone(db, entry)) return answer(db, target.post, []);
    if (isStale(ifMatch, target)) return stale();
    if (!target.choices.includes(choice)) return refuse('conflict', notAsked(target.choices));
    if (!target.account && (choice === 'retry' || choice === 'publishAgain'))
      return refuse('conflict', 'The account is not connected any more. Connect it again, and make a new post for it.');
    const asked = { stores: { control, db, tenant }, target, by: caller, entry, ifMatch };
    const changes = choice === 'live' ? await isLive(asked) : await goOn(asked, choice);
    if (changes) return answer(db, target.post, changes);
    const now = await readAsking(db, params.id);
    if (now && isStale(ifMatch, now)) return stale();
    return refuse('conflict', 'Somebody has just answered, or this goes on by itself. Read it again.');
  },
);

async function answer(db: TenantDb, id: string, changes: Change[]) {
  const post = await readPost(db, id);
  return post ? ok(post, { headers: versionTag(post), changes }) : refuse('not-found', 'There is no such target.');
}

/** A repetition of what was answered and then not heard. */
const isDone = async (db: TenantDb, entry: string) =>
  Boolean(await db.selectFrom('audit_log').select('id').where('id', '=', entry).executeTakeFirst());

const notAsked = (choices: readonly string[]) =>
  choices.length ? `This does not ask for that. It asks for one of: ${choices.join(', ')}.` : 'This asks for nothing.';

const readAsking = (db: TenantDb, target: string) =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id', 't.post', 't.account', 't.revision', 't.choices', 'p.version'])
    .select(sql<Date>`greatest(p.publish_at, clock_timestamp())`.as('dueAt'))
    .where('t.id', '=', target)
    .executeTakeFirst();
