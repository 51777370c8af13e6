import { sql } from 'kysely';
import type { ControlDb } from '../../control/connect.ts';
import { setDue } from '../../control/workflows/set-due.ts';
import type { TenantDb } from '../pools.ts';
import { settle } from './settle.ts';
import { openStates } from './states.ts';

/** A target, and the revision that a command has wanted of it. */
export interface WantedOne {
  id: string;
  workflow: string;
  revision: number;
}

/**
 * Takes back what a command said in control, where nothing came of it: the time that it wanted, then that a transaction of it may be open.
 */
export async function takeBack(control: ControlDb, db: TenantDb, targets: readonly WantedOne[]): Promise<void> {
  await dueByRows(control, db, targets);
  await settle(db, targets);
}

/** Gives entries the times of their rows, where nobody has wanted anything else since. */
export async function dueByRows(control: ControlDb, db: TenantDb, targets: readonly WantedOne[]): Promise<void> {
  if (!targets.length) return;
  const rows = await db
    .selectFrom('targets as t')
    .innerJoin('posts as p', 'p.id', 't.post')
    .select('t.id')
    // Of what is late patience is counted from when it was last gone on with.
    .select(sql<Date>`greatest(p.publish_at, t.since)`.as('dueAt'))
    .where('t.state', 'in', openStates)
    .where(
      't.id',
      'in',
      targets.map(({ id }) => id),
    )
    .execute();
  const due = new Map(rows.map(({ id, dueAt }) => [id, dueAt]));
  await setDue(
    control,
    targets.flatMap(({ id, workflow, revision }) => {
      const dueAt = due.get(id);
      return dueAt ? [{ id: workflow, revision, dueAt }] : [];
    }),
  );
}
