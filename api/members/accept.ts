import { sql } from 'kysely';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { noContent } from '../http/answer.ts';
import { Problem, type Refusal, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { NewPassword } from '../session/change-password.ts';
import { hashNew, provePassword } from '../session/prove-password.ts';
import { hashOf } from '../session/secret.ts';
import { text } from '../shapes.ts';

const Acceptance = z
  .strictObject({
    invitation: text(200).min(1, 'is empty'),
    name: text(200).min(1, 'is empty').meta({ description: 'as other members see it; kept for who has one already' }),
    password: NewPassword.meta({ description: 'a new one, or the one that the address has here already' }),
  })
  .meta({ id: 'Acceptance' });

export const acceptInvitation = route(
  {
    method: 'post',
    path: '/v1/invitations/accept',
    summary: 'Become a member by an invitation',
    description: 'Then log in with POST /v1/session. An invitation serves once, for seven days.',
    role: 'public',
    body: Acceptance,
    answers: { 204: nothing, 401: Problem, 404: Problem, 429: Problem, 503: Problem },
  },
  async ({ parts, body, address }) => {
    const { control } = parts;
    const invitation = await find(control, body.invitation);
    if (!invitation) return unknown();
    const invited = { ...body, address, email: invitation.email };
    const known = await control
      .selectFrom('people')
      .select('id')
      .where('email', '=', invitation.email)
      .executeTakeFirst();
    const person = known ? await provePassword(parts, invited) : await newPerson(parts, invited);
    if ('problem' in person) return person;
    const { id, tenant, role } = invitation;
    const accepted = await join(control, { id, tenant, role, person: person.person });
    return accepted ? noContent() : unknown();
  },
);

const unknown = (): Refusal => refuse('not-found', 'This invitation is not valid (any more). Ask for another one.');

const find = (control: ControlDb, token: string) =>
  control
    .selectFrom('invitations as i')
    .innerJoin('tenants as t', 't.id', 'i.tenant')
    .select(['i.id', 'i.tenant', 'i.email', 'i.role'])
    .where('t.state', '=', 'active')
    .where('token_hash', '=', hashOf(token))
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();

/** Two acceptances at once make one person; the other finds the address taken, and its password is not looked at. */
async function newPerson(
  { control }: Parts,
  { email, name, password }: { email: string; name: string; password: string },
): Promise<{ person: string } | Refusal> {
  const kept = await hashNew(password);
  if ('problem' in kept) return kept;
  const made = await control
    .insertInto('people')
    .values({ id: v7(), email, name, password_hash: kept.hash })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made ? { person: made.id } : refuse('conflict', 'This invitation is being accepted at this moment.');
}

interface Joining {
  id: string;
  tenant: string;
  person: string;
  role: 'owner' | 'editor' | 'viewer';
}

/** Uses the invitation up. Who is a member already stays what they are. */
const join = (control: ControlDb, { id, tenant, person, role }: Joining): Promise<boolean> =>
  control.transaction().execute(async (tx) => {
    const used = await tx.deleteFrom('invitations').where('id', '=', id).returning('id').executeTakeFirst();
    if (!used) return false;
    await tx
      .insertInto('memberships')
      .values({ person, tenant, role })
      .onConflict((conflict) => conflict.columns(['person', 'tenant']).doNothing())
      .execute();
    const joined = { action: 'member.joined', subject: id, details: { role } };
    await auditInControl(tx, tenant, { kind: 'person', actor: person }, joined);
    return true;
  });
