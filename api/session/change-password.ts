import { z } from 'zod';
import { auditInControl } from '../audit/write.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { text } from '../shapes.ts';
import { isMember } from './caller.ts';
import { gone, Me } from './me.ts';
import { hashNew, provePassword } from './prove-password.ts';
import { withCookie } from './session.ts';
import { beginSession, endSessionsOf } from './sessions.ts';

const MIN_LENGTH = 12;

/** Length is what counts; the rest is up to the person. */
export const NewPassword = text(1_000).min(MIN_LENGTH, `must have ${MIN_LENGTH} characters at least`);

const PasswordChange = z
  .strictObject({ current: text(1_000).min(1, 'is empty'), password: NewPassword })
  .meta({ id: 'PasswordChange' });

export const changePassword = route(
  {
    method: 'post',
    path: '/v1/me/password',
    summary: 'Change my password',
    description: 'Ends every session of mine, on every device; this one goes on under a new cookie.',
    role: 'known',
    person: true,
    body: PasswordChange,
    answers: { 200: Me, 429: Problem, 503: Problem },
  },
  async ({ parts, caller, body, address }) => {
    const { control } = parts;
    const found = await control.selectFrom('people').select('email').where('id', '=', caller.actor).executeTakeFirst();
    if (!found) return gone();
    const proven = await provePassword(parts, { email: found.email, password: body.current, address });
    if ('problem' in proven) return proven;
    const kept = await hashNew(body.password);
    if ('problem' in kept) return kept;
    const session = await control.transaction().execute(async (tx) => {
      await tx.updateTable('people').set({ password_hash: kept.hash }).where('id', '=', caller.actor).execute();
      await endSessionsOf(tx, caller.actor);
      // A password belongs to a person, not to a tenant; the one that they work in hears of it.
      if (isMember(caller))
        await auditInControl(tx, caller.tenant, caller, { action: 'password.changed', subject: caller.actor });
      return beginSession(tx, caller.actor, caller.tenant);
    });
    return withCookie(control, session);
  },
);
