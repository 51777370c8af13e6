import type { Database } from './database.ts';

/** A setting that survives the process, or nothing. */
export function readSetting(db: Database, name: string): string | undefined {
  return db.one<{ value: string }>('select value from settings where name = ?', name)?.value;
}

export function writeSetting(db: Database, name: string, value: string): void {
  db.run(
    'insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    name,
    value,
  );
}
