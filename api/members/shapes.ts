import { sql } from 'kysely';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { RoleName } from '../session/me.ts';
import { id, instant, toInstant } from '../shapes.ts';

export const Member = z
  .object({
    id: id.meta({ description: 'of the person; of the invitation, until it is accepted' }),
    state: z.enum(['member', 'invited']),
    name: z.string().nullable(),
    email: z.string(),
    role: RoleName,
    since: instant,
  })
  .meta({ id: 'Member' });

/** Who belongs to a tenant, longest first, and then who is invited and can still accept. */
export async function readMembers(control: ControlDb, tenant: string): Promise<z.input<typeof Member>[]> {
  const members = await control
    .selectFrom('memberships as m')
    .innerJoin('people as p', 'p.id', 'm.person')
    .select(['p.id', 'p.name', 'p.email', 'm.role', 'm.created_at'])
    .where('m.tenant', '=', tenant)
    .orderBy('m.created_at')
    .orderBy('p.id')
    .execute();
  const invited = await control
    .selectFrom('invitations')
    .select(['id', 'email', 'role', 'created_at'])
    .where('tenant', '=', tenant)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return [
    ...members.map(({ created_at, ...m }) => ({ ...m, state: 'member' as const, since: toInstant(created_at) })),
    ...invited.map(({ created_at, ...i }) => ({
      ...i,
      name: null,
      state: 'invited' as const,
      since: toInstant(created_at),
    })),
  ];
}

export const readMember = async (control: ControlDb, tenant: string, id: string) =>
  (await readMembers(control, tenant)).find((member) => member.id === id);
