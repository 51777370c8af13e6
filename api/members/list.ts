import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { route } from '../http/route.ts';
import { Member, readMembers } from './shapes.ts';

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
