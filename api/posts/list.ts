import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { fromCursor, type Place, pageOf, paging, toCursor } from '../cursor.ts';
import { ok } from '../http/answer.ts';
import { refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { readPosts } from './read.ts';
import { Post, TargetState } from './shapes.ts';

const Filter = z.strictObject({
  ...paging,
  state: TargetState.optional().meta({ description: 'posts with a target in this state' }),
  account: z.uuid().optional().meta({ description: 'posts with a target on this account' }),
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'not due before' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'due before' }),
});

export const listPosts = route(
  {
    method: 'get',
    path: '/v1/posts',
    summary: 'Posts by time, latest first',
    description: 'The time of a post is when it is due; of a draft without a time, when it was made.',
    role: 'viewer',
    query: Filter,
    answers: { 200: pageOf(Post) },
  },
  async ({ db, query }) => {
    const after = query.cursor === undefined ? undefined : fromCursor(query.cursor);
    if (query.cursor !== undefined && !after)
      return refuse('invalid', 'This is not a cursor of this list.', {
        errors: [{ parameter: 'cursor', detail: 'Use `next` of the page before, unchanged.' }],
      });
    const places = await find(db, query, after);
    const shown = places.slice(0, query.limit);
    const last = shown.at(-1);
    const items = await readPosts(
      db,
      shown.map(({ id }) => id),
    );
    return ok({ items, next: last && places.length > shown.length ? toCursor(last) : null });
  },
);

const time = sql<Date>`coalesce(publish_at, created_at)`;

/** One more than asked for, so that it is known whether there is a next page. */
function find(
  db: TenantDb,
  { limit, state, account, from, to }: z.output<typeof Filter>,
  after?: Place,
): Promise<Place[]> {
  let posts = db
    .selectFrom('posts')
    // In UTC and with all its digits: a Date would lose microseconds, and the place with them.
    .select(['id', sql<string>`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at')])
    .orderBy(time, 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) posts = posts.where(sql<boolean>`(${time}, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  if (from) posts = posts.where(time, '>=', new Date(from));
  if (to) posts = posts.where(time, '<', new Date(to));
  if (state ?? account)
    posts = posts.where(({ exists, selectFrom }) => {
      let targets = selectFrom('targets').select('targets.id').whereRef('targets.post', '=', 'posts.id');
      if (state) targets = targets.where('targets.state', '=', state);
      if (account) targets = targets.where('targets.account', '=', account);
      return exists(targets);
    });
  return posts.execute();
}
