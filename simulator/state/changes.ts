import type { Database } from './database.ts';
import type { truthTables } from './schema.ts';

/** Counts every change of what the truth tells of, so that who has read it once needs to read only what is new. */
export const revision = (db: Database) =>
  db.one<{ revision: number | null }>('select max(revision) as revision from changes')?.revision ?? 0;

/** All rows that have changed since, oldest first; deleted ones too, since nothing is ever removed. */
export const changedSince = <Row>(db: Database, table: (typeof truthTables)[number], since: number) =>
  db.all<Row>(
    `select t.* from ${table} t join changes c on c.kind = '${table}' and c.id = t.id where c.revision > ? order by t.rowid`,
    since,
  );
