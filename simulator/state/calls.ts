import type { CallName } from '../graph/call.ts';
import type { Database } from './database.ts';

/** Counts a call by its name, also one that is refused. */
export function noteCall(db: Database, name: CallName): void {
  db.tally('insert into calls (name, count) values (?1, ?2) on conflict (name) do update set count = count + ?2', name);
}

/** How often each was called since this was last forgotten. */
export function callsByName(db: Database): Record<string, number> {
  const rows = db.tallied().all<{ name: string; count: number }>('select name, count from calls order by name');
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

export function forgetCalls(db: Database): void {
  db.tallied().run('delete from calls');
}
