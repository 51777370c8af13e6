import { sql } from 'kysely';
import { type AdminDb, alone } from './admin.ts';
import { scramVerifier } from './scram.ts';

/** Groups hold the grants; logins are members of one. They are the server's, whatever the number of databases. */
export const groups = {
  controlApi: 'quixess_control_api',
  controlWorker: 'quixess_control_worker',
  tenantApi: 'quixess_tenant_api',
  tenantWorker: 'quixess_tenant_worker',
} as const;

export const ensureGroups = (server: AdminDb): Promise<void> =>
  alone(server, 'quixess groups', async () => {
    for (const group of Object.values(groups)) await ensureRole(server, group);
  });

/** A role that owns things or holds grants, and that nobody logs in as. */
export async function ensureRole(server: AdminDb, role: string): Promise<void> {
  if (await roleExists(server, role)) return;
  // The one who makes a role becomes its administrator; this makes it a member too, which owning databases needs.
  await server.connection().execute(async (session) => {
    await sql`set createrole_self_grant = 'set, inherit'`.execute(session);
    await sql`create role ${sql.id(role)} nologin`.execute(session);
    await sql`reset createrole_self_grant`.execute(session);
  });
}

/** A login with this password and the rights of this group, and nothing else. */
export async function ensureLogin(server: AdminDb, login: string, password: string, group: string): Promise<void> {
  const verifier = sql.lit(scramVerifier(password));
  if (await roleExists(server, login))
    await sql`alter role ${sql.id(login)} login password ${verifier}`.execute(server);
  else await sql`create role ${sql.id(login)} login password ${verifier}`.execute(server);
  await sql`grant ${sql.id(group)} to ${sql.id(login)} with inherit true, set false`.execute(server);
}

async function roleExists(server: AdminDb, role: string): Promise<boolean> {
  return (await sql`select from pg_roles where rolname = ${role}`.execute(server)).rows.length > 0;
}
