import { sql } from 'kysely';
import { type AdminDb, alone, connectAdmin, dropDatabase, withDatabase } from '../admin.ts';
import { bookkeeping, fingerprint, migrate } from '../migrate.ts';

export const tenantMigrations = new URL('migrations/', import.meta.url);

/**
 * Makes sure that the template of the present migrations exists. It is built once, then nobody connects to it ever again:
 * a single session on a template makes CREATE DATABASE fail. New migrations make a new template, never change an old one.
 * @returns its name, for `CREATE DATABASE … TEMPLATE`
 */
export async function ensureTemplate(provisionerUrl: string, migrations: URL = tenantMigrations): Promise<string> {
  const name = `quixess_template_${await fingerprint(migrations)}`;
  const server = connectAdmin(provisionerUrl);
  try {
    if (!(await finished(server, name)))
      await alone(server, name, async () => {
        if (!(await finished(server, name))) await build(server, provisionerUrl, name, migrations);
      });
    return name;
  } finally {
    await server.destroy();
  }
}

/** Closed to connections means finished: that is the last step. */
async function finished(server: AdminDb, name: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_database where datname = ${name} and datistemplate and not datallowconn`.execute(server);
  return rows.length > 0;
}

async function build(server: AdminDb, provisionerUrl: string, name: string, migrations: URL): Promise<void> {
  // What a crash left half built is begun again.
  await dropDatabase(server, name);
  await createTenantDatabase(server, provisionerUrl, name);
  await migrateTenant(withDatabase(provisionerUrl, name), { migrations });
  await sql`alter database ${sql.id(name)} is_template true allow_connections false`.execute(server);
}

/** An empty database in which `pg_database_owner` can be migrated; nobody but its owner may connect. */
export async function createTenantDatabase(server: AdminDb, provisionerUrl: string, name: string): Promise<void> {
  await sql`create database ${sql.id(name)} template template0 encoding 'UTF8' allow_connections false`.execute(server);
  await sql`revoke all on database ${sql.id(name)} from public`.execute(server);
  await sql`alter database ${sql.id(name)} allow_connections true`.execute(server);
  const db = connectAdmin(withDatabase(provisionerUrl, name));
  try {
    // Whoever owns a database may make a schema in it; `pg_database_owner` itself may not.
    await sql`create schema ${sql.id(bookkeeping)} authorization pg_database_owner`.execute(db);
  } finally {
    await db.destroy();
  }
}

/**
 * Migrates one database of the tenants' kind. Everything in it belongs to `pg_database_owner`, which is whoever owns the
 * database: a clone belongs to its tenant's owner role without a single ALTER.
 */
export async function migrateTenant(
  url: string,
  { migrations = tenantMigrations, upTo }: { migrations?: URL; upTo?: string } = {},
): Promise<string[]> {
  const db = connectAdmin(url, 'pg_database_owner');
  try {
    return await migrate(db, migrations, upTo);
  } finally {
    await db.destroy();
  }
}
