import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { hashOf } from './secret.ts';

export type Role = 'owner' | 'editor' | 'viewer';

export interface SessionCaller {
  kind: 'person';
  /** The person's id: who did it, for the records. */
  actor: string;
  session: { id: string; token: string };
  tenant: string | null;
  role: Role | null;
  /** The tenant it stands in is being closed, or not open yet. */
  closed: boolean;
}

interface KeyCaller {
  kind: 'api-key';
  actor: string;
  tenant: string;
  role: Role;
  closed: boolean;
  /** What it may be used for, within its role. */
  scopes: readonly string[];
}

export type Caller = SessionCaller | KeyCaller;
/** A caller that stands in a tenant, with a role there. */
export type Member = Caller & { tenant: string; role: Role };

const rank: Record<Role, number> = { viewer: 1, editor: 2, owner: 3 };
export const isMember = (caller: Caller): caller is Member => caller.tenant !== null && caller.role !== null;
export const mayAct = (has: Role, needed: Role) => rank[has] >= rank[needed];

/** Who is behind a session cookie; undefined where it is unknown or has expired. */
export async function bySession(control: ControlDb, token: string): Promise<Caller | undefined> {
  const row = await control
    .selectFrom('sessions as s')
    .leftJoin('memberships as m', (on) => on.onRef('m.person', '=', 's.person').onRef('m.tenant', '=', 's.tenant'))
    .leftJoin('tenants as t', 't.id', 'm.tenant')
    .select(['s.id', 's.person', 's.tenant', 'm.role', 't.state'])
    .where('s.token_hash', '=', hashOf(token))
    .where('s.expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  if (!row) return undefined;
  const role = row.role as Role | null;
  const session = { id: row.id, token };
  const closed = role !== null && row.state !== 'active';
  return { kind: 'person', actor: row.person, session, tenant: role ? row.tenant : null, role, closed };
}

/** Who is behind an API key; notes its use, at most once a minute. */
export async function byApiKey(control: ControlDb, secret: string): Promise<Caller | undefined> {
  const row = await control
    .selectFrom('api_keys as k')
    .innerJoin('tenants as t', 't.id', 'k.tenant')
    .select([
      'k.id',
      'k.tenant',
      'k.role',
      'k.scopes',
      't.state',
      sql<boolean>`coalesce(last_used_at < clock_timestamp() - interval '1 minute', true)`.as('stale'),
    ])
    .where('secret_hash', '=', hashOf(secret))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.stale)
    await control
      .updateTable('api_keys')
      .set({ last_used_at: sql`clock_timestamp()` })
      .where('id', '=', row.id)
      .execute();
  const closed = row.state !== 'active';
  return { kind: 'api-key', actor: row.id, tenant: row.tenant, role: row.role as Role, closed, scopes: row.scopes };
}
