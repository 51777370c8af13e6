import type { IncomingHttpHeaders } from 'node:http';
import type { Parts } from '../parts.ts';
import { byApiKey, bySession, type Caller, isMember, mayAct } from '../session/caller.ts';
import { readCookie } from '../session/cookie.ts';
import { scopeOf } from '../session/scopes.ts';
import { type Refusal, refuse } from './problem.ts';
import type { Definition } from './route.ts';

type Identified = { ok: true; caller: Caller | undefined } | { ok: false; refusal: Refusal };

/** Finds out who is asking and whether they may use this route. */
export async function identify(
  { control, settings }: Parts,
  definition: Definition,
  headers: IncomingHttpHeaders,
): Promise<Identified> {
  const bearer = headers.authorization?.match(/^Bearer +(\S+)$/i)?.[1];
  // Where no key is looked at, one that was made up must not stand in for the Origin.
  const vouched = bearer !== undefined && definition.role !== 'public';
  const foreign = vouched ? undefined : fromElsewhere(definition, headers, settings.PUBLIC_URL);
  if (foreign) return { ok: false, refusal: foreign };
  if (definition.role === 'public') return { ok: true, caller: undefined };

  const cookie = readCookie(headers.cookie, settings.PUBLIC_URL);
  const caller = bearer ? await byApiKey(control, bearer) : cookie ? await bySession(control, cookie) : undefined;
  // Asked here and not only where a pool is opened: one that is open already would go on serving.
  if (caller?.closed && definition.role !== 'known') return { ok: false, refusal: tenantClosed() };
  if (definition.role === 'optional') return { ok: true, caller };
  if (!caller) return { ok: false, refusal: unknown(Boolean(bearer ?? cookie)) };
  const refusal = forbidden(definition, caller);
  return refusal ? { ok: false, refusal } : { ok: true, caller };
}

/**
 * A browser adds its cookies to requests that other sites make it send; the Origin header says which site it was.
 * A Bearer key is added by nobody, so requests with one need no Origin; neither does a login without any cookie, unless it names another site.
 */
function fromElsewhere({ method }: Definition, headers: IncomingHttpHeaders, publicUrl: string): Refusal | undefined {
  if (method === 'get') return undefined;
  const own = new URL(publicUrl).origin;
  if (headers.origin === own) return undefined;
  if (headers.origin === undefined && readCookie(headers.cookie, publicUrl) === undefined) return undefined;
  return refuse('foreign-origin', `With a session cookie, send the header "Origin: ${own}".`);
}

export const tenantClosed = () => refuse('forbidden', 'This tenant is not active (any more).');

const unknown = (tried: boolean) =>
  refuse(
    'unauthenticated',
    tried
      ? 'The session or API key is not valid (any more). Log in again, or use another key.'
      : 'Log in with POST /v1/session, or send an API key as "Authorization: Bearer …".',
    { headers: { 'www-authenticate': 'Bearer' } },
  );

function forbidden(definition: Definition, caller: Caller): Refusal | undefined {
  const { role, person } = definition;
  if (person && caller.kind !== 'person')
    return refuse('forbidden', 'This is for people with a session; an API key cannot do it.');
  if (role === 'known' || role === 'public' || role === 'optional') return undefined;
  if (!isMember(caller))
    return refuse('forbidden', 'You are not a member of a tenant any more. Switch with PATCH /v1/session.');
  if (!mayAct(caller.role, role))
    return refuse('forbidden', `This needs the role "${role}"; yours here is "${caller.role}".`);
  const scope = scopeOf(definition);
  if (caller.kind === 'person' || !scope || caller.scopes.includes(scope)) return undefined;
  return refuse('forbidden', `This needs the scope "${scope}"; this key has ${caller.scopes.join(', ') || 'none'}.`);
}
