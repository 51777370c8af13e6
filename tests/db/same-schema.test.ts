import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { connectAdmin, dropDatabase, withDatabase } from '../../db/admin.ts';
import { ensureGroups } from '../../db/roles.ts';
import { createTenantDatabase, ensureTemplate, migrateTenant, tenantMigrations } from '../../db/tenant/template.ts';

const otherMigrations = new URL('two-migrations/', import.meta.url);

test.for([
  ['the product', tenantMigrations],
  ['another version, of two migrations', otherMigrations],
] as const)(
  'a database cloned today and one migrated step by step from the first version have the same schema: %s',
  async ([, migrations]) => {
    const provisionerUrl = inject('provisionerUrl');
    const server = connectAdmin(provisionerUrl);
    const suffix = randomBytes(6).toString('hex');
    const [cloned, migrated] = [`quixess_cloned_${suffix}`, `quixess_migrated_${suffix}`];
    try {
      await ensureGroups(server);
      const template = await ensureTemplate(provisionerUrl, migrations);
      await sql`create database ${sql.id(cloned)} template ${sql.id(template)}`.execute(server);
      await createTenantDatabase(server, provisionerUrl, migrated);
      for (const upTo of await namesIn(migrations))
        expect(await migrateTenant(withDatabase(provisionerUrl, migrated), { migrations, upTo })).toEqual([upTo]);
      expect(await migrateTenant(withDatabase(provisionerUrl, migrated), { migrations })).toEqual([]);
      expect(await migrateTenant(withDatabase(provisionerUrl, cloned), { migrations })).toEqual([]);
      const schema = await schemaOf(withDatabase(provisionerUrl, cloned));
      expect(schema.length).toBeGreaterThan(2);
      expect(await schemaOf(withDatabase(provisionerUrl, migrated))).toEqual(schema);
    } finally {
      for (const name of [cloned, migrated]) await dropDatabase(server, name);
      await server.destroy();
    }
  },
);

const namesIn = async (folder: URL) => (await readdir(folder)).map((file) => file.replace(/\.ts$/, '')).sort();

/** Everything that makes up a schema, in words: columns, constraints, indexes, functions, owners, privileges. */
async function schemaOf(url: string): Promise<string[]> {
  const db = connectAdmin(url);
  try {
    const { rows } = await sql<{ line: string }>`
      with ours as (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')
      select format('schema %s %s %s', nspname, nspowner::regrole, nspacl) as line from pg_namespace where oid in (select * from ours)
      union all
      select format('%s %s.%s owner %s acl %s', relkind, relnamespace::regnamespace, relname, relowner::regrole, relacl)
        from pg_class where relnamespace in (select * from ours)
      union all
      select format('column %s.%s %s %s not null %s default %s acl %s', attrelid::regclass, attnum, attname,
          format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attacl)
        from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
        join pg_class on pg_class.oid = attrelid
        where relnamespace in (select * from ours) and attnum > 0 and not attisdropped
      union all
      select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        from pg_constraint where connamespace in (select * from ours)
      union all
      select format('index %s', pg_get_indexdef(indexrelid))
        from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace in (select * from ours)
      union all
      select format('function %s owner %s acl %s %s', oid::regprocedure, proowner::regrole, proacl, pg_get_functiondef(oid))
        from pg_proc where pronamespace in (select * from ours)
      union all
      select format('trigger %s', pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
      order by line`.execute(db);
    return rows.map(({ line }) => line);
  } finally {
    await db.destroy();
  }
}
