import { sql } from 'kysely';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { auditInControl } from '../audit/write.ts';
import { noContent } from '../http/answer.ts';
import { Problem, type Refusal, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
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
    answers: { 204: nothing, 401: Problem, 404: Problem, 409: Problem, 429: Problem, 503: Problem },
  },
  async ({ parts, body, address }) => {
    const { control } = parts;
    const invitation = await findOpen(control, body.invitation).executeTakeFirst();
    if (!invitation) return unknown();
    const { email } = invitation;
    const known = await control.selectFrom('people').select('id').where('email', '=', email).executeTakeFirst();
    const proven = known ? await provePassword(parts, { ...body, address, email }) : await hashNew(body.password);
    if ('problem' in proven) return proven;
    const refusal = await join(control, body, proven);
    return refusal ?? noContent();
  },
);

const unknown = (): Refusal => refuse('not-found', 'This invitation is not valid (any more). Ask for another one.');

const justChanging = (): Refusal =>
  refuse('conflict', 'Something else is being done with this address at this moment. Try again.');

const findOpen = (control: ControlDb, token: string) =>
  control
    .selectFrom('invitations as i')
    .innerJoin('tenants as t', 't.id', 'i.tenant')
    .select(['i.id', 'i.tenant', 'i.email', 'i.role'])
    .where('t.state', '=', 'active')
    .where('token_hash', '=', hashOf(token))
    .where('expires_at', '>', sql<Date>`clock_timestamp()`);

type Proven = { person: string } | { hash: string };

/** Uses the invitation up, and makes the person where there is none yet: neither is without the other. Who is a member already stays what they are. */
const join = (
  control: ControlDb,
  { invitation, name }: z.output<typeof Acceptance>,
  proven: Proven,
): Promise<Refusal | undefined> =>
  control.transaction().execute(async (tx) => {
    // It may have been taken back, changed or used while the password was looked at.
    const open = await findOpen(tx, invitation).forUpdate('i').executeTakeFirst();
    if (!open) return unknown();
    const { id, tenant, email, role } = open;
    const person =
      'person' in proven
        ? await holdPerson(tx, proven.person)
        : await makePerson(tx, { email, name, hash: proven.hash });
    if (!person) return justChanging();
    await tx.deleteFrom('invitations').where('id', '=', id).execute();
    await tx
      .insertInto('memberships')
      .values({ person, tenant, role })
      .onConflict((conflict) => conflict.columns(['person', 'tenant']).doNothing())
      .execute();
    const joined = { action: 'member.joined', subject: id, details: { role } };
    await auditInControl(tx, tenant, { kind: 'person', actor: person }, joined);
    return undefined;
  });

/** Whoever leaves their last tenant at this moment is forgotten before or stays. @returns undefined for who is gone */
async function holdPerson(tx: ControlDb, person: string): Promise<string | undefined> {
  const held = tx.selectFrom('people').select('id').where('id', '=', person).forKeyShare();
  return (await held.executeTakeFirst())?.id;
}

/** Two acceptances at once make one person; the other finds the address taken, and its password is not looked at. */
async function makePerson(
  tx: ControlDb,
  { email, name, hash }: { email: string; name: string; hash: string },
): Promise<string | undefined> {
  const made = await tx
    .insertInto('people')
    .values({ id: v7(), email, name, password_hash: hash })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return made?.id;
}
