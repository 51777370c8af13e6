import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { AdminDb } from '../../db/admin.ts';
import { ConfigError } from '../config.ts';

/** 17 is the first that limits the duration of a transaction, on which the relay relies. */
const leastVersion = 17;

/** @throws ConfigError when the server is too old, or its login may not do what a setup does, or may do too much */
export async function requireCapable(server: AdminDb): Promise<void> {
  const { rows } = await sql<{ version: number; rolcreatedb: boolean; rolcreaterole: boolean; rolsuper: boolean }>`
    select current_setting('server_version_num')::int / 10000 as version, rolcreatedb, rolcreaterole, rolsuper
    from pg_roles where rolname = current_user`.execute(server);
  const [found] = rows;
  if (!found) return;
  const problems = [
    found.version < leastVersion &&
      `DATABASE_URL is wrong: PostgreSQL ${leastVersion} or newer is needed, this is ${found.version}.`,
    found.rolsuper &&
      'DATABASE_URL is wrong: its login is a superuser; make one that has CREATEDB and CREATEROLE only.',
    !found.rolsuper &&
      !(found.rolcreatedb && found.rolcreaterole) &&
      'DATABASE_URL is wrong: its login needs CREATEDB and CREATEROLE.',
  ].filter((problem) => problem !== false);
  if (problems.length) throw new ConfigError(problems);
}

/** Nobody connects where they have no business. What does not belong to us an administrator has to close: it is said how. */
export async function closeToStrangers(server: AdminDb, log: Logger): Promise<void> {
  const open = sql<{ name: string; ours: boolean }>`
    select datname as name, pg_has_role(datdba, 'usage') as ours from pg_database
    where datallowconn and has_database_privilege('public', oid, 'connect')`;
  for (const { name, ours } of (await open.execute(server)).rows)
    if (ours) await sql`revoke connect on database ${sql.id(name)} from public`.execute(server).catch(toldBelow);
  for (const { name } of (await open.execute(server)).rows)
    log.warn(
      { database: name, remedy: `REVOKE CONNECT ON DATABASE "${name}" FROM PUBLIC` },
      'every login of this server may connect to a database that is not ours to close',
    );
}

/** Another setup may close, or a test drop, the same database at this moment: the second look says what is still open. */
const toldBelow = () => undefined;
