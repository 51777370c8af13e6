import { sql } from 'kysely';
import type { ControlDb } from './connect.ts';

/** What answers Meta, and what does the rest. Of each there may be many processes. */
export type Part = 'api' | 'worker';

/** After a silence of that length subscriptions at Meta are not taken for granted any more. */
const longSilence = '1 hour';

/** Says that a process of this kind is there; to be repeated every minute. Who comes after a long silence is noted as being back. */
export async function notePresence(control: ControlDb, part: Part): Promise<void> {
  await sql`
    insert into presence as p (part) values (${part})
    on conflict (part) do update
      set seen_at = clock_timestamp(),
          back_at = case when p.seen_at < clock_timestamp() - interval '${sql.raw(longSilence)}'
                         then clock_timestamp() else p.back_at end`.execute(control);
}

/** Whether a process of this kind was there so lately. */
export async function isSeen(control: ControlDb, part: Part, withinMs: number): Promise<boolean> {
  const row = await control
    .selectFrom('presence')
    .select('part')
    .where('part', '=', part)
    .where(sql<boolean>`seen_at > clock_timestamp() - make_interval(secs => ${withinMs / 1000})`)
    .executeTakeFirst();
  return row !== undefined;
}

/** When the last outage of ours ended. @returns undefined where there never was one */
export async function lastBackAt(control: ControlDb): Promise<Date | undefined> {
  const { fn } = control;
  const row = await control.selectFrom('presence').select(fn.max('back_at').as('backAt')).executeTakeFirst();
  return row?.backAt ?? undefined;
}

/** The parts of whose outage not all connections were told. */
export async function untoldOutages(control: ControlDb): Promise<Part[]> {
  const rows = await control
    .selectFrom('presence')
    .select('part')
    .where(sql<boolean>`back_at is not null and back_at is distinct from told_at`)
    .execute();
  return rows.map(({ part }) => part);
}

export async function markOutagesTold(control: ControlDb, parts: readonly Part[]): Promise<void> {
  await control.updateTable('presence').set({ told_at: sql`back_at` }).where('part', 'in', parts).execute();
}
