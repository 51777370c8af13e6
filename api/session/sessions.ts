import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { ControlDb } from '../../db/control/connect.ts';
import { hashOf, newSecret } from './secret.ts';

const SESSION_DAYS = 14;

export interface OpenSession {
  id: string;
  tenant: string | null;
  token: string;
  expiresAt: Date;
}

/** Begins a session in that tenant or the person's first one, and forgets those of theirs that have expired. */
export async function beginSession(control: ControlDb, person: string, tenant?: string | null): Promise<OpenSession> {
  await control
    .deleteFrom('sessions')
    .where('person', '=', person)
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
  const token = newSecret();
  const row = await control
    .insertInto('sessions')
    .values({
      id: v7(),
      token_hash: hashOf(token),
      person,
      tenant: tenant ?? (await tenantsOf(control, person))[0]?.tenant ?? null,
      expires_at: sql<Date>`clock_timestamp() + make_interval(days => ${SESSION_DAYS})`,
    })
    .returning(['id', 'tenant', 'expires_at as expiresAt'])
    .executeTakeFirstOrThrow();
  return { ...row, token };
}

/** Binds the session to another of the person's tenants, under a new token: the old one is worth nothing from here on. */
export async function switchTenant(
  control: ControlDb,
  session: string,
  tenant: string,
): Promise<OpenSession | undefined> {
  const token = newSecret();
  const row = await control
    .updateTable('sessions as s')
    .set({ tenant, token_hash: hashOf(token) })
    .where('s.id', '=', session)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('memberships as m').selectAll().whereRef('m.person', '=', 's.person').where('m.tenant', '=', tenant),
      ),
    )
    .returning(['s.id', 's.tenant', 'expires_at as expiresAt'])
    .executeTakeFirst();
  return row && { ...row, token };
}

/** @returns whose it was, and where they worked */
export const endSession = (control: ControlDb, session: { id: string } | { token: string }) =>
  control
    .deleteFrom('sessions')
    .where((its) => ('id' in session ? its('id', '=', session.id) : its('token_hash', '=', hashOf(session.token))))
    .returning(['id', 'tenant', 'person'])
    .executeTakeFirst();

/** Ends a person's sessions in one tenant, or everywhere: what they could do has changed, and a stolen cookie must not outlive that. */
export async function endSessionsOf(control: ControlDb, person: string, tenant?: string): Promise<void> {
  const sessions = control.deleteFrom('sessions').where('person', '=', person);
  await (tenant === undefined ? sessions : sessions.where('tenant', '=', tenant)).execute();
}

/** A person's tenants, longest membership first. */
export const tenantsOf = (control: ControlDb, person: string) =>
  control
    .selectFrom('memberships as m')
    .innerJoin('tenants as t', 't.id', 'm.tenant')
    .select(['t.id as tenant', 't.name', 't.zone', 'm.role'])
    .where('m.person', '=', person)
    .where('t.state', '=', 'active')
    .orderBy('m.created_at')
    .orderBy('t.id')
    .execute();
