import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { ById } from '../shapes.ts';
import { Member, readMember, readMembers } from './shapes.ts';

export const listMembers = route(
  {
    method: 'get',
    path: '/v1/members',
    summary: 'Who belongs to the tenant, and who is invited',
    role: 'owner',
    answers: { 200: z.object({ items: z.array(Member), next: z.null() }) },
  },
  async ({ parts: { control }, tenant }) => ok({ items: await readMembers(control, tenant), next: null }),
);

export const getMember = route(
  {
    method: 'get',
    path: '/v1/members/{id}',
    summary: 'One member, or one who is invited',
    role: 'owner',
    editable: true,
    params: ById,
    answers: { 200: Member, 404: Problem },
  },
  async ({ parts: { control }, tenant, params }) => {
    const member = await readMember(control, tenant, params.id);
    return member ? ok(member) : refuse('not-found', 'There is no such member.');
  },
);
