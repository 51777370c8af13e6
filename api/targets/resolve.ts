import { sql } from 'kysely';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { want } from '../../db/control/workflows/want.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { decide } from '../../db/tenant/targets/decide.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Change, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { readPost } from '../posts/read.ts';
import { Post } from '../posts/shapes.ts';
import type { Member } from '../session/caller.ts';
import { ById } from '../shapes.ts';
import { withinTime } from '../within-time.ts';

const Choice = z
  .strictObject({ choice: z.enum(['live', 'publishAgain', 'retry', 'cancel']) })
  .meta({ id: 'TargetChoice' });

export const resolveTarget = route(
  {
    method: 'post',
    path: '/v1/targets/{id}/resolve',
    summary: 'Answer what a held or failed target asks',
    description:
      'With one of its `choices`: what might be live is never simply tried again. The answer is the post with all of its targets.',
    role: 'editor',
    idempotent: true,
    params: ById,
    body: Choice,
    answers: { 200: Post, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, db, caller, params, body: { choice } }) => {
    const target = await readAsking(db, params.id);
    if (!target) return refuse('not-found', 'There is no such target.');
    if (!target.choices.includes(choice)) return refuse('conflict', notAsked(target.choices));
    if (!target.account && (choice === 'retry' || choice === 'publishAgain'))
      return refuse('conflict', 'The account is not connected any more.');
    const asking = { stores: { control, db, tenant }, target, by: caller };
    const changes = choice === 'live' ? await isLive(asking) : await goOn(asking, choice);
    if (!changes) return refuse('conflict', 'This changes just now. Read it again in a moment.');
    const post = await readPost(db, target.post);
    return post ? ok(post, { changes }) : refuse('not-found', 'There is no such target.');
  },
);

const notAsked = (choices: readonly string[]) =>
  choices.length ? `This does not ask for that. It asks for one of: ${choices.join(', ')}.` : 'This asks for nothing.';

const readAsking = (db: TenantDb, target: string) =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id', 't.post', 't.account', 't.revision', 't.choices'])
    .select(sql<Date>`greatest(p.publish_at, clock_timestamp())`.as('dueAt'))
    .where('t.id', '=', target)
    .executeTakeFirst();

interface Asking {
  stores: { control: ControlDb; db: TenantDb; tenant: string };
  target: NonNullable<Awaited<ReturnType<typeof readAsking>>>;
  by: Member;
}

async function goOn(
  { stores: { control, db, tenant }, target, by }: Asking,
  choice: 'retry' | 'publishAgain' | 'cancel',
): Promise<Change[] | undefined> {
  const { id, revision, dueAt } = target;
  const candidate = { id, revision, workflow: publishId(tenant, id) };
  const { changes, decided } = await decide(
    { control, tenant, inTenant: (work) => work(db) },
    [choice === 'cancel' ? candidate : { ...candidate, dueAt }],
    {
      state: choice === 'cancel' ? 'canceled' : 'scheduled',
      reason: null,
      from: ['held', 'failed'],
      still: async (tx) => {
        await note(tx, by, id, choice);
        if (choice === 'publishAgain') await prepareAfresh(tx, id);
        return true;
      },
    },
  );
  return decided.length ? changes : undefined;
}

/** What lies at Meta may be live, or gone: it is not touched again. */
const prepareAfresh = (tx: TenantDb, target: string) =>
  tx.updateTable('targets').set({ afresh_from: sql`clock_timestamp()` }).where('id', '=', target).execute();

function isLive({ stores: { control, db, tenant }, target, by }: Asking): Promise<Change[] | undefined> {
  const workflow = publishId(tenant, target.id);
  return withinTime(async (stillInTime) => {
    const revision = await want(control, { id: workflow, tenant, above: target.revision });
    if (revision === undefined) return undefined;
    const written = await db.transaction().execute(async (tx) => {
      const commit = await tx
        .selectFrom('ledger')
        .select(['meta_id', 'called_at', 'opened_at'])
        .where('target', '=', target.id)
        .where('step', '=', 'commit')
        .where('meta_id', 'is not', null)
        .orderBy('opened_at', 'desc')
        .executeTakeFirst();
      const { numUpdatedRows } = await tx
        .updateTable('targets')
        .set({
          ...{ state: 'published', since: sql`clock_timestamp()`, revision, reason: null, choices: [], held_for: null },
          meta_id: commit?.meta_id ?? null,
          published_at: commit?.called_at ?? commit?.opened_at ?? sql`clock_timestamp()`,
        })
        .where('id', '=', target.id)
        .where('state', 'in', ['held', 'failed'])
        .executeTakeFirst();
      await note(tx, by, target.id, 'live');
      stillInTime();
      return numUpdatedRows > 0n;
    });
    return written ? [{ workflow, revision }] : undefined;
  });
}

const note = (tx: TenantDb, by: Member, subject: string, choice: string) =>
  tx
    .insertInto('audit_log')
    .values({
      ...{ id: v7(), actor_kind: by.kind, actor: by.actor, action: 'target.resolved', subject },
      details: JSON.stringify({ choice }),
    })
    .execute();
