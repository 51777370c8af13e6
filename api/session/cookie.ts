import type { SessionCookie } from '../http/answer.ts';

/**
 * With the prefix a browser takes the cookie from this very host alone: a neighbour under the same domain can put none of its own in
 * place, which would end the victim's way through Meta in the neighbour's session. Browsers want https for it.
 */
export const cookieName = (publicUrl: string) =>
  publicUrl.startsWith('https:') ? '__Host-quixess_session' : 'quixess_session';

/** Over plain http a Secure cookie would never come back; that is accepted on a loopback address only, which the configuration ensures. */
export function setCookie(cookie: SessionCookie, publicUrl: string): string {
  const always = `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith('https:') ? '; Secure' : ''}`;
  const name = cookieName(publicUrl);
  if (cookie === 'clear') return `${name}=; Max-Age=0; ${always}`;
  return `${name}=${cookie.set}; Expires=${cookie.expiresAt.toUTCString()}; ${always}`;
}

export function readCookie(header: string | undefined, publicUrl: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=');
    if (name === cookieName(publicUrl) && value) return value;
  }
  return undefined;
}
