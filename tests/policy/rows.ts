import { sql } from 'kysely';
import { inject } from 'vitest';
import { connectAdmin, withDatabase } from '../../db/admin.ts';
import type { Written } from './canaries.ts';

/** Every row of every table of a database, as text, read by who may read everything. */
export async function rowsOf(database: string): Promise<Written[]> {
  const db = connectAdmin(withDatabase(inject('superuserUrl'), database));
  try {
    const { rows: tables } = await sql<{ table: string }>`
      select quote_ident(table_name) as table from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(db);
    const written: Written[] = [];
    for (const { table } of tables) {
      const { rows } = await sql<{ text: string }>`
        select coalesce(string_agg(t::text, ' '), '') as text from ${sql.raw(table)} t`.execute(db);
      written.push({ where: `${database} ${table}`, text: rows[0]?.text ?? '' });
    }
    return written;
  } finally {
    await db.destroy();
  }
}
