import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { openStates } from './states.ts';

/** A target with which its workflow is not done, and what its entry among the workflows has to say of it. */
export interface Unfinished {
  id: string;
  revision: number;
  publishAt: Date | null;
  state: string;
  since: Date;
}

/** One page of them, in the order of ids; `afterId` is that of the last one before. */
export const unfinishedAfter = (db: TenantDb, afterId: string | undefined, limit: number): Promise<Unfinished[]> =>
  db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id', 't.revision', 't.state', 't.since', 'p.publish_at as publishAt'])
    .where((eb) =>
      eb.or([
        eb('t.state', 'in', [...openStates, 'deleting']),
        // Its text is to be changed where it is published.
        eb.and([eb('t.state', '=', 'published'), eb('t.wished_text', 'is not', null)]),
      ]),
    )
    .$if(afterId !== undefined, (query) => query.where('t.id', '>', afterId as string))
    .orderBy('t.id')
    .limit(limit)
    .execute();

type CommitStatus = 'armed' | 'open' | 'done' | 'unknown';

/** The last commit of a target in one of these statuses that says what it makes public. */
export async function lastCommit(
  db: TenantDb,
  target: string,
  statuses: readonly CommitStatus[],
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from ledger where target = ${target} and step = 'commit' and meta_id is not null
    and status = any(${[...statuses]}::text[]) order by opened_at desc limit 1`.execute(db);
  return rows[0]?.id;
}
