import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { noContent, ok } from '../http/answer.ts';
import { Problem, type Refusal, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import type { Member as Caller, Role } from '../session/caller.ts';
import { RoleName } from '../session/me.ts';
import { endSessionsOf } from '../session/sessions.ts';
import { ById } from '../shapes.ts';
import { Member, readMembers } from './shapes.ts';

export const changeMember = route(
  {
    method: 'patch',
    path: '/v1/members/{id}',
    summary: 'Change the role of a member, or of who is invited',
    description: 'Their sessions in this tenant end: they log in again. The last owner stays one.',
    role: 'owner',
    params: ById,
    body: z.strictObject({ role: RoleName }).meta({ id: 'MemberChange' }),
    answers: { 200: Member, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, caller, params, body }) => {
    if (!(await setRole(control, caller, params.id, body.role))) return refuseChange(control, tenant, params.id);
    const member = (await readMembers(control, tenant)).find(({ id }) => id === params.id);
    return member ? ok(member) : refuse('not-found', 'There is no such member.');
  },
);

export const removeMember = route(
  {
    method: 'delete',
    path: '/v1/members/{id}',
    summary: 'Remove a member, or take an invitation back',
    description: 'Their sessions in this tenant end at once; keys belong to the tenant and stay. The last owner stays.',
    role: 'owner',
    params: ById,
    answers: { 204: nothing, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, caller, params }) =>
    (await setRole(control, caller, params.id, null)) ? noContent() : refuseChange(control, tenant, params.id),
);

/**
 * @param role null: not a member any more
 * @returns false where nothing was changed: there is no such member, or it is the last owner
 */
const setRole = (control: ControlDb, by: Caller, id: string, role: Role | null): Promise<boolean> =>
  control.transaction().execute(async (tx) => {
    const { tenant } = by;
    // All owners are locked, in one order: of two who go at the same time the second sees that the first is gone.
    const owners = await tx
      .selectFrom('memberships')
      .select('person')
      .where('tenant', '=', tenant)
      .where('role', '=', 'owner')
      .orderBy('person')
      .forUpdate()
      .execute();
    if (role !== 'owner' && owners.length === 1 && owners[0]?.person === id) return false;
    const changed = (await setInvited(tx, tenant, id, role)) || (await setMember(tx, tenant, id, role));
    if (!changed) return false;
    const done = role ? { action: 'member.changed', details: { role } } : { action: 'member.removed' };
    await auditInControl(tx, tenant, by, { ...done, subject: id });
    return true;
  });

async function setInvited(tx: ControlDb, tenant: string, id: string, role: Role | null): Promise<boolean> {
  const invitation = role
    ? tx.updateTable('invitations').set({ role }).where('tenant', '=', tenant).where('id', '=', id).returning('id')
    : tx.deleteFrom('invitations').where('tenant', '=', tenant).where('id', '=', id).returning('id');
  return Boolean(await invitation.executeTakeFirst());
}

async function setMember(tx: ControlDb, tenant: string, id: string, role: Role | null): Promise<boolean> {
  const membership = role
    ? tx
        .updateTable('memberships')
        .set({ role })
        .where('tenant', '=', tenant)
        .where('person', '=', id)
        .returning('role')
    : tx.deleteFrom('memberships').where('tenant', '=', tenant).where('person', '=', id).returning('role');
  if (!(await membership.executeTakeFirst())) return false;
  await endSessionsOf(tx, id, tenant);
  return true;
}

async function refuseChange(control: ControlDb, tenant: string, id: string): Promise<Refusal> {
  const known = (await readMembers(control, tenant)).some((member) => member.id === id);
  return known
    ? refuse('conflict', 'A tenant has an owner at all times. Make somebody else an owner first.')
    : refuse('not-found', 'There is no such member.');
}
