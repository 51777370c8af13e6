import { type Kysely, sql } from 'kysely';
import { openPool, typed, unlimited } from './postgres.ts';

/** A database as the provisioner, for work that takes as long as it takes: migrations, roles, databases. */
export type AdminDb = Kysely<unknown>;

/** @param role what to be from the first statement on, where it is not the login itself */
export function connectAdmin(url: string, role?: 'pg_database_owner'): AdminDb {
  const limits = { maxConnections: 2, statementMs: unlimited, transactionMs: unlimited, ...(role && { role }) };
  return typed(openPool({ connectionString: url }, limits));
}

/** Does `work` over connections that end with it. */
export async function asAdmin<T>(url: string, work: (db: AdminDb) => Promise<T>): Promise<T> {
  const db = connectAdmin(url);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

export const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

/**
 * Ends who is in a database, and drops it. `WITH (FORCE)` is no way: it wants the right to end autovacuum too and fails by
 * chance while that is in there, where a plain DROP sends it away and waits.
 */
export async function dropDatabase(server: AdminDb, name: string): Promise<void> {
  await sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = ${name} and backend_type = 'client backend'`.execute(server);
  await sql`drop database if exists ${sql.id(name)}`.execute(server);
}

/**
 * Runs `work` while no other process of this deployment does work of the same name on this server.
 * @param server a connection to the provisioner's own database: advisory locks are per database
 */
export function alone<T>(server: AdminDb, name: string, work: () => Promise<T>): Promise<T> {
  return server.connection().execute(async (session) => {
    await sql`select pg_advisory_lock(hashtextextended(${name}, 0))`.execute(session);
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(session);
    }
  });
}
