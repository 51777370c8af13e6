import type { Definition } from '../http/route.ts';

/** What an API key is for; its role is the limit of it. */
export const scopes = ['read', 'posts', 'connections', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** The scope that a key needs for a route: what the route declares, or what follows from its role and resource. */
export function scopeOf({ scope, role, path }: Pick<Definition, 'scope' | 'role' | 'path'>): Scope | undefined {
  if (scope) return scope;
  if (role === 'public' || role === 'optional' || role === 'known') return undefined;
  if (role === 'viewer') return 'read';
  if (/^\/v1\/(connections|authorizations)\b/.test(path)) return 'connections';
  return role === 'editor' ? 'posts' : 'admin';
}
