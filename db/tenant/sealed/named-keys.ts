import { sql } from 'kysely';
import type { TenantDb } from '../pools.ts';
import { sealedColumns } from './columns.ts';
import { underOtherKeys } from './under-other-keys.ts';

export interface NamedKey {
  keyId: number;
  values: number;
}

/** The data keys, other than this one, that some value still names, and how many do. */
export async function namedKeys(db: TenantDb, keyId: number): Promise<NamedKey[]> {
  const all = sealedColumns.map(
    ({ table, column }) => sql`
      select substring(${sql.ref(column)} from 2 for 4) as key from ${sql.table(table)}
      where ${underOtherKeys(column, keyId)}`,
  );
  const { rows } = await sql<{ key: Buffer; values: number }>`
    select key, count(*)::int as values from (${sql.join(all, sql` union all `)}) named group by key`.execute(db);
  return rows.map(({ key, values }) => ({ keyId: key.readUInt32BE(), values }));
}
