import { z } from 'zod';
import type { ControlDb } from '../../db/control/connect.ts';
import { emailAddress } from '../../db/people/email.ts';
import { auditInControl } from '../audit/write.ts';
import { noContent, ok } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { id, text } from '../shapes.ts';
import { bySession } from './caller.ts';
import { readCookie } from './cookie.ts';
import { describe, gone, Me } from './me.ts';
import { provePassword } from './prove-password.ts';
import { beginSession, endSession, switchTenant } from './sessions.ts';

const Login = z.strictObject({ email: emailAddress, password: text(1_000).min(1, 'is empty') }).meta({ id: 'Login' });

export const logIn = route(
  {
    method: 'post',
    path: '/v1/session',
    summary: 'Log in',
    description:
      'Sets the session cookie. The session works in one tenant at a time: the first of yours, to begin with.',
    role: 'public',
    body: Login,
    answers: { 200: Me, 401: Problem, 429: Problem, 503: Problem },
  },
  async ({ parts, body, address, header }) => {
    const { control, settings } = parts;
    const proven = await provePassword(parts, { ...body, address });
    if ('problem' in proven) return proven;
    // A session that the browser had before ends here: nobody goes on in one that somebody else put there.
    const before = readCookie(header('cookie'), settings.PUBLIC_URL);
    const session = await control.transaction().execute(async (tx) => {
      if (before) await leave(tx, { token: before });
      const { person } = proven;
      return note(tx, 'session.begun', { ...(await beginSession(tx, person)), person });
    });
    return withCookie(control, session);
  },
);

export const changeSession = route(
  {
    method: 'patch',
    path: '/v1/session',
    summary: 'Work in another of my tenants',
    description: 'The session gets a new token; the old cookie is worth nothing from then on.',
    role: 'known',
    person: true,
    body: z.strictObject({ tenant: id }).meta({ id: 'SessionChange' }),
    answers: { 200: Me, 404: Problem },
  },
  async ({ parts: { control }, caller, body }) => {
    const { actor: person, session, tenant } = caller;
    const switched = await control.transaction().execute(async (tx) => {
      const switched = await switchTenant(tx, session.id, body.tenant);
      if (!switched || switched.tenant === tenant) return switched;
      await note(tx, 'session.left', { id: session.id, tenant, person });
      return note(tx, 'session.entered', { ...switched, person });
    });
    if (!switched) return refuse('not-found', 'You are not a member of such a tenant.');
    return withCookie(control, switched);
  },
);

export const logOut = route(
  {
    method: 'delete',
    path: '/v1/session',
    summary: 'Log out',
    role: 'known',
    person: true,
    answers: { 204: nothing },
  },
  async ({ parts: { control }, caller }) => {
    await control.transaction().execute((tx) => leave(tx, caller.session));
    return noContent({ cookie: 'clear' });
  },
);

async function leave(tx: ControlDb, session: Parameters<typeof endSession>[1]): Promise<void> {
  const ended = await endSession(tx, session);
  if (ended) await note(tx, 'session.ended', ended);
}

type SessionDeed = 'session.begun' | 'session.entered' | 'session.left' | 'session.ended';

/** Each tenant hears of what happens in it alone; who works in none is nobody's business. */
async function note<S extends { id: string; tenant: string | null; person: string }>(
  tx: ControlDb,
  action: SessionDeed,
  session: S,
): Promise<S> {
  const { id: subject, tenant, person: actor } = session;
  if (tenant) await auditInControl(tx, tenant, { kind: 'person', actor }, { action, subject });
  return session;
}

/** The answer that begins or renews a session: who that is, and the cookie. */
export async function withCookie(
  control: Parameters<typeof bySession>[0],
  { token, expiresAt }: { token: string; expiresAt: Date },
) {
  const caller = await bySession(control, token);
  const me = caller && (await describe(control, caller));
  return me ? ok(me, { cookie: { set: token, expiresAt } }) : gone();
}
