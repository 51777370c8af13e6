import { z } from 'zod';
import { noContent, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { RoleName } from '../session/me.ts';
import { ById } from '../shapes.ts';
import { setRole } from './set-role.ts';
import { Member, readMember } from './shapes.ts';

export const changeMember = route(
  {
    method: 'patch',
    path: '/v1/members/{id}',
    summary: 'Change the role of a member, or of who is invited',
    description: 'Their sessions in this tenant end: they log in again. The last owner stays one.',
    role: 'owner',
    editable: true,
    params: ById,
    body: z.strictObject({ role: RoleName }).meta({ id: 'MemberChange' }),
    answers: { 200: Member, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, tenant, caller, params: { id }, body: { role }, header }) => {
    const refusal = await setRole(control, { by: caller, id, role, ifMatch: header('if-match') });
    if (refusal) return refusal;
    const member = await readMember(control, tenant, id);
    return member ? ok(member) : refuse('not-found', 'There is no such member.');
  },
);

export const removeMember = route(
  {
    method: 'delete',
    path: '/v1/members/{id}',
    summary: 'Remove a member, or take an invitation back',
    description:
      'Their sessions in this tenant end at once; keys belong to the tenant and stay. Who belongs to no other tenant is forgotten: name, address and password. The last owner stays.',
    role: 'owner',
    editable: true,
    params: ById,
    answers: { 204: nothing, 404: Problem, 409: Problem },
  },
  async ({ parts: { control }, caller, params: { id }, header }) =>
    (await setRole(control, { by: caller, id, role: null, ifMatch: header('if-match') })) ?? noContent(),
);
