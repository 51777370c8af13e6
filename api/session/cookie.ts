import type { SessionCookie } from '../http/answer.ts';

export const COOKIE_NAME = 'quixess_session';

/** Over plain http a Secure cookie would never come back; that is accepted on a loopback address only, which the configuration ensures. */
export function setCookie(cookie: SessionCookie, publicUrl: string): string {
  const always = `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith('https:') ? '; Secure' : ''}`;
  if (cookie === 'clear') return `${COOKIE_NAME}=; Max-Age=0; ${always}`;
  return `${COOKIE_NAME}=${cookie.set}; Expires=${cookie.expiresAt.toUTCString()}; ${always}`;
}

export function readCookie(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=');
    if (name === COOKIE_NAME && value) return value;
  }
  return undefined;
}
