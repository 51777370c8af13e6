import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { audit } from '../audit/write.ts';
import { fromCursor, type Place, pageOf, paging, toCursor } from '../cursor.ts';
import { noContent, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { ById, id, instant, toInstant } from '../shapes.ts';

const Notice = z
  .object({
    id,
    about: z.string().meta({ description: 'what it is about: `connection`, `account`, …' }),
    subject: id.nullable().meta({ description: 'of what it is about' }),
    words: z.string(),
    remedy: z.string().nullable().meta({ description: 'what to do about it' }),
    createdAt: instant,
  })
  .meta({ id: 'Notice' });

export const getNotices = route(
  {
    method: 'get',
    path: '/v1/notices',
    summary: 'What needs the attention of somebody, and what to do; latest first',
    role: 'viewer',
    query: z.strictObject(paging),
    answers: { 200: pageOf(Notice) },
  },
  async ({ db, query }) => {
    const after = query.cursor === undefined ? undefined : fromCursor(query.cursor);
    if (query.cursor !== undefined && !after)
      return refuse('invalid', 'This is not a cursor of this list.', {
        errors: [{ parameter: 'cursor', detail: 'Use `next` of the page before, unchanged.' }],
      });
    const rows = await find(db, query.limit, after);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return ok({ items: shown.map(present), next: last && rows.length > shown.length ? toCursor(last) : null });
  },
);

export const dismissNotice = route(
  {
    method: 'delete',
    path: '/v1/notices/{id}',
    summary: 'Dismiss a notice, for every member',
    role: 'editor',
    params: ById,
    answers: { 204: nothing, 404: Problem },
  },
  async ({ db, caller, params }) => {
    const dismissed = await db.transaction().execute(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('notices')
        .set({ dismissed_at: sql`clock_timestamp()` })
        .where('id', '=', params.id)
        .where('dismissed_at', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows) await audit(tx, caller, { action: 'notice.dismissed', subject: params.id });
      return numUpdatedRows > 0n;
    });
    return dismissed ? noContent() : refuse('not-found', 'There is no such notice.');
  },
);

/** One more than asked for, so that it is known whether there is a next page. */
function find(db: TenantDb, limit: number, after?: Place) {
  const notices = db
    .selectFrom('notices')
    .select(['id', 'about', 'subject', 'words', 'remedy', 'created_at'])
    // In UTC and with all its digits: a Date would lose microseconds, and the place with them.
    .select(sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'))
    .where('dismissed_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  const later = after && sql<boolean>`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
  return (later ? notices.where(later) : notices).execute();
}

const present = ({ id, about, subject, words, remedy, created_at }: Awaited<ReturnType<typeof find>>[number]) => ({
  ...{ id, about, subject, words, remedy },
  createdAt: toInstant(created_at),
});
