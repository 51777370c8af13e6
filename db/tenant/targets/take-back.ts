import { sql } from 'kysely';
import type { ControlDb } from '../../control/connect.ts';
import { setDue } from '../../control/workflows/set-due.ts';
import type { TenantDb } from '../pools.ts';
import { settle } from './settle.ts';
import { openStates } from './states.ts';

/** A target, and what a command has wanted of it. */
export interface WantedOne {
  id: string;
  workflow: string;
  revision: number;
  /** The time that it has said; absent where that is not known. */
  dueAt?: Date | undefined;
}

/**
 * Takes back what a command said in control, where nothing came of it: the time that it wanted, then that a transaction of it may be open.
 * A commit that was stalled for longer than any should be is waited for: what it says of the time counts.
 */
export const takeBack = (control: ControlDb, db: TenantDb, targets: readonly WantedOne[]): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const ids = targets.map(({ id }) => id);
    if (ids.length)
      await trx.selectFrom('targets').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
    await dueByRows(control, trx, targets);
    await settle(trx, targets);
  });

/** Gives entries the times of their rows, where they have others and nobody has wanted anything else since. */
export async function dueByRows(control: ControlDb, db: TenantDb, targets: readonly WantedOne[]): Promise<void> {
  if (!targets.length) return;
  const rows = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select(['t.id', 't.since'])
    // Of what is late patience is counted from when it was last gone on with.
    .select(sql<Date>`greatest(p.publish_at, t.since)`.as('dueAt'))
    .where('t.state', 'in', openStates)
    .where(
      't.id',
      'in',
      targets.map(({ id }) => id),
    )
    .execute();
  const standing = new Map(rows.map((row) => [row.id, row]));
  await setDue(
    control,
    targets.flatMap(({ id, workflow, revision, dueAt: said }) => {
      const row = standing.get(id);
      return row && !(said && isSameTime(said, row)) ? [{ id: workflow, revision, dueAt: row.dueAt }] : [];
    }),
  );
}

/** Also when both are past: then it is due at once. */
const isSameTime = (said: Date, { dueAt, since }: { dueAt: Date; since: Date }) =>
  said.getTime() === dueAt.getTime() || (said <= since && dueAt <= since);
