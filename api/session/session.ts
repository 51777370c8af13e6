import { z } from 'zod';
import { noContent, ok } from '../http/answer.ts';
import { Problem, type Refusal, refuse } from '../http/problem.ts';
import { nothing, route } from '../http/route.ts';
import { id, text } from '../shapes.ts';
import { bySession } from './caller.ts';
import { checkPassword } from './check-password.ts';
import { describe, gone, Me } from './me.ts';
import { beginSession, endSession, switchTenant } from './sessions.ts';
import { TurnedAway } from './turnstile.ts';

const Login = z
  .strictObject({ email: z.email('must be an e-mail address').max(320), password: text(1_000).min(1, 'is empty') })
  .meta({ id: 'Login' });

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
  async ({ parts: { control, throttle }, body, address }) => {
    const email = body.email.toLowerCase();
    const waitMs = throttle.waitMs(email, address);
    if (waitMs > 0) return tooMany(waitMs);
    // Counted before it is looked at: of many guesses at once, none has failed yet when the last is let in.
    throttle.failed(email, address);
    const person = await checkPassword(control, email, body.password).catch((unchecked) => {
      throttle.takeBack(email, address);
      if (unchecked instanceof TurnedAway) return unchecked;
      throw unchecked;
    });
    if (person instanceof TurnedAway) return tooBusy();
    if (!person) return refuse('wrong-credentials', 'The e-mail address and the password do not belong together.');
    throttle.succeeded(email, address);
    const session = await beginSession(control, person);
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
    body: z.strictObject({ tenant: id }).meta({ id: 'SessionChange' }),
    answers: { 200: Me, 404: Problem },
  },
  async ({ parts: { control }, caller, body }) => {
    if (caller.kind !== 'person') return keyHasNoSession();
    const switched = await switchTenant(control, caller.session.id, body.tenant);
    if (!switched) return refuse('not-found', 'You are not a member of such a tenant.');
    return withCookie(control, switched);
  },
);

export const logOut = route(
  { method: 'delete', path: '/v1/session', summary: 'Log out', role: 'known', answers: { 204: nothing } },
  async ({ parts: { control }, caller }) => {
    if (caller.kind !== 'person') return keyHasNoSession();
    await endSession(control, caller.session.id);
    return noContent({ cookie: 'clear' });
  },
);

async function withCookie(
  control: Parameters<typeof bySession>[0],
  { token, expiresAt }: { token: string; expiresAt: Date },
) {
  const caller = await bySession(control, token);
  const me = caller && (await describe(control, caller));
  return me ? ok(me, { cookie: { set: token, expiresAt } }) : gone();
}

const keyHasNoSession = (): Refusal =>
  refuse('forbidden', 'This is for people with a session; an API key belongs to its tenant for good.');

const tooBusy = (): Refusal =>
  refuse('unavailable', 'Too many logins wait to be looked at. Try again in a moment.', {
    headers: { 'retry-after': '5' },
  });

function tooMany(waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / 1_000);
  return refuse('too-many-attempts', `Too many wrong passwords. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
