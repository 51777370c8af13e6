import { sql } from 'kysely';
import type { ControlDb } from '../connect.ts';

export interface Entry {
  wanted: number;
  sent: number;
  wantedAt: Date;
  dueAt: Date | null;
  claimedBy: string | null;
  claimedAt: Date | null;
  /** The database's clock as it was read: ages are told by it alone. */
  now: Date;
}

/** @returns undefined when nobody wants this workflow to be alive */
export const readEntry = (control: ControlDb, id: string): Promise<Entry | undefined> =>
  control
    .selectFrom('workflows')
    .select(sql<Date>`clock_timestamp()`.as('now'))
    .select([
      'wanted',
      'sent',
      'wanted_at as wantedAt',
      'due_at as dueAt',
      'claimed_by as claimedBy',
      'claimed_at as claimedAt',
    ])
    .where('id', '=', id)
    .executeTakeFirst();
