import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { ok } from '../http/answer.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { id } from '../shapes.ts';
import type { Caller } from './caller.ts';
import { tenantsOf } from './sessions.ts';

export const RoleName = z.enum(['owner', 'editor', 'viewer']).meta({ id: 'Role' });

export const Me = z
  .object({
    kind: z.enum(['person', 'api-key']),
    id,
    name: z.string(),
    email: z.string().nullable(),
    tenant: id.nullable().meta({ description: 'the tenant that this session or key works in' }),
    role: RoleName.nullable(),
    tenants: z.array(z.object({ id, name: z.string(), zone: z.string(), role: RoleName })),
  })
  .meta({ id: 'Me' });

export const getMe = route(
  { method: 'get', path: '/v1/me', summary: 'Who am I, and in which tenants', role: 'known', answers: { 200: Me } },
  async ({ parts, caller }) => {
    const me = await describe(parts.control, caller);
    return me ? ok(me) : gone();
  },
);

export async function describe(control: ControlDb, caller: Caller): Promise<z.input<typeof Me> | undefined> {
  const { kind, actor, tenant, role } = caller;
  if (kind === 'api-key') {
    const key = await control
      .selectFrom('api_keys as k')
      .innerJoin('tenants as t', 't.id', 'k.tenant')
      .select(['k.name', 't.id as tenant', 't.name as tenantName', 't.zone'])
      .where('k.id', '=', actor)
      .executeTakeFirst();
    if (!key) return undefined;
    const tenants = [{ id: key.tenant, name: key.tenantName, zone: key.zone, role: caller.role }];
    return { kind, id: actor, name: key.name, email: null, tenant, role, tenants };
  }
  const person = await control
    .selectFrom('people')
    .select(['name', 'email'])
    .where('id', '=', actor)
    .executeTakeFirst();
  if (!person) return undefined;
  const tenants = (await tenantsOf(control, actor)).map(({ tenant, ...rest }) => ({ id: tenant, ...rest }));
  return { kind, id: actor, ...person, tenant, role, tenants };
}

export const gone = (): Refusal => refuse('unauthenticated', 'This login has been removed.');
