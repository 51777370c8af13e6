import { sql } from 'kysely';
import { type AdminDb, connectAdmin, withDatabase } from '../admin.ts';
import { ensureGroups, ensureLogin, groups } from '../roles.ts';
import { migrateControl } from './migrate.ts';

export interface ControlLogin {
  user: string;
  password: string;
}

export interface ControlPlan {
  provisionerUrl: string;
  database: string;
  api: ControlLogin;
  worker: ControlLogin;
}

/**
 * Makes the control database with its two logins, or brings them up to date. Nobody else may connect to it.
 * @returns the migrations that were carried out
 */
export async function createControl({ provisionerUrl, database, api, worker }: ControlPlan): Promise<string[]> {
  const server = connectAdmin(provisionerUrl);
  const db = connectAdmin(withDatabase(provisionerUrl, database));
  try {
    await ensureGroups(server);
    await ensureDatabase(server, database);
    await ensureLogin(server, api.user, api.password, groups.controlApi);
    await ensureLogin(server, worker.user, worker.password, groups.controlWorker);
    const logins = sql.join([sql.id(api.user), sql.id(worker.user)]);
    await sql`grant connect on database ${sql.id(database)} to ${logins}`.execute(server);
    return await migrateControl(db);
  } finally {
    await Promise.all([server.destroy(), db.destroy()]);
  }
}

async function ensureDatabase(server: AdminDb, database: string): Promise<void> {
  const name = sql.id(database);
  const { rows } = await sql`select from pg_database where datname = ${database}`.execute(server);
  if (!rows.length)
    await sql`create database ${name} template template0 encoding 'UTF8' allow_connections false`.execute(server);
  await sql`revoke all on database ${name} from public`.execute(server);
  await sql`alter database ${name} allow_connections true`.execute(server);
}
