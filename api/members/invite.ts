import { sql } from 'kysely';
import { z } from 'zod';
import { emailAddress } from '../../db/people/email.ts';
import { auditInControl } from '../audit/write.ts';
import { created } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { RoleName } from '../session/me.ts';
import { hashOf, newSecret } from '../session/secret.ts';
import { instant, toInstant } from '../shapes.ts';
import { Member, readMembers } from './shapes.ts';

const VALID_DAYS = 7;

const NewMember = z.strictObject({ email: emailAddress.toLowerCase(), role: RoleName }).meta({ id: 'NewMember' });

const Invited = Member.extend({
  invitation: z.string().nullable().meta({
    description:
      'shown this once: give it to the person, for POST /v1/invitations/accept; null when the request is repeated with the same Idempotency-Key',
  }),
  expiresAt: instant,
}).meta({ id: 'InvitedMember' });

export const inviteMember = route(
  {
    method: 'post',
    path: '/v1/members',
    summary: 'Invite a person',
    description:
      'Nobody but the person ever knows their password: they choose it when they accept, or prove the one they have here already. Inviting an address again makes the former invitation worthless.',
    role: 'owner',
    idempotent: 'secret',
    body: NewMember,
    answers: { 201: Invited, 409: Problem },
  },
  async ({ parts: { control }, tenant, caller, body, newId }) => {
    const id = newId('invitation');
    const token = newSecret();
    const known = await readMembers(control, tenant);
    const made = known.find((member) => member.id === id);
    if (!made && known.some(({ email, state }) => email === body.email && state === 'member'))
      return refuse('conflict', 'This person is a member already. Change the role with PATCH /v1/members/{id}.');
    const expires_at = sql<Date>`clock_timestamp() + make_interval(days => ${VALID_DAYS})`;
    // Also since when: one that has expired may lie there until a worker deletes it.
    const now = sql<Date>`clock_timestamp()`;
    const values = { id, role: body.role, token_hash: hashOf(token), created_at: now, expires_at };
    const deed = { action: 'member.invited', subject: id, details: { role: body.role } };
    if (!made)
      await control.transaction().execute(async (tx) => {
        await tx
          .insertInto('invitations')
          .values({ tenant, email: body.email, ...values })
          .onConflict((conflict) => conflict.columns(['tenant', 'email']).doUpdateSet(values))
          .execute();
        await auditInControl(tx, tenant, caller, deed);
      });
    const row = await control
      .selectFrom('invitations')
      .select(['id', 'email', 'role', 'created_at', 'expires_at'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return refuse('conflict', 'This invitation has been accepted or taken back since.');
    const { created_at, expires_at: end, ...rest } = row;
    const member = { ...rest, name: null, state: 'invited' as const, since: toInstant(created_at) };
    return created({ ...member, invitation: made ? null : token, expiresAt: toInstant(end) }, '/v1/members');
  },
);
