import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { generate, PostgresDialect } from 'kysely-codegen';
import type { AdminDb } from './admin.ts';

export interface Generated {
  file: URL;
  /** The name of the type that holds all tables. */
  type: 'Control' | 'Tenant';
}

export const generated: Record<'control' | 'tenant', Generated> = {
  control: { file: new URL('control/schema.ts', import.meta.url), type: 'Control' },
  tenant: { file: new URL('tenant/schema.ts', import.meta.url), type: 'Tenant' },
};

/** Derives the types of a database from the live schema; a column that a CHECK limits to certain words is the union of them. */
export async function typesOf(db: AdminDb, type: Generated['type']): Promise<string> {
  const words = await checkedWords(db);
  const text = await generate({
    db,
    dialect: new PostgresDialect(),
    defaultSchemas: ['public'],
    includePattern: 'public.*',
    outFile: null,
    typeMapping: { int8: 'number' },
    postprocess: async ({ metadata }) => {
      for (const table of metadata.tables)
        for (const column of table.columns) column.enumValues ??= words.get(`${table.name}.${column.name}`) ?? null;
      return metadata;
    },
  });
  return text.replace('export interface DB {', `export interface ${type} {`);
}

/** Writes the file; answers whether it was different. */
export async function writeTypes(db: AdminDb, { file, type }: Generated): Promise<boolean> {
  const text = await typesOf(db, type);
  if (text === (await readFile(file, 'utf8').catch(() => ''))) return false;
  await writeFile(file, text);
  return true;
}

/** `check (state in ('a', 'b'))` comes back from the catalogue as `CHECK ((state = ANY (ARRAY['a'::text, 'b'::text])))`. */
async function checkedWords(db: AdminDb): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ column: string; definition: string }>`
    select c.relname || '.' || a.attname as column, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_attribute a on a.attrelid = c.oid and k.conkey = array[a.attnum]
    where k.contype = 'c' and k.connamespace = 'public'::regnamespace`.execute(db);
  return new Map(
    rows
      .filter(({ definition }) => definition.includes('= ANY (ARRAY['))
      .map(({ column, definition }) => [
        column,
        [...definition.matchAll(/'([^']*)'::text/g)].map((match) => match[1] ?? ''),
      ]),
  );
}
