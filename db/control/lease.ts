import { sql } from 'kysely';
import type { ControlDb } from './connect.ts';

/**
 * Takes or keeps a lease: of all workers, one does the work it names. It lapses by itself when its holder dies.
 * @returns whether `holder` has it now
 */
export async function holdLease(control: ControlDb, name: string, holder: string, forMs: number): Promise<boolean> {
  const { rows } = await sql<{ holder: string }>`
    insert into leases as l (name, holder, until)
    values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${forMs / 1000}))
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where l.holder = excluded.holder or l.until < clock_timestamp()
    returning l.holder`.execute(control);
  return rows.length > 0;
}

/** Gives a lease back before it lapses. */
export async function releaseLease(control: ControlDb, name: string, holder: string): Promise<void> {
  await control.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}
