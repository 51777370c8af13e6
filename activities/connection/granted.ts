import type { Grant } from '../../meta/capabilities.ts';

/** What a login was granted, as `debug_token` says it. */
export interface Granted {
  scopes: readonly string[];
  granularScopes: readonly Grant[];
}

/** The assets that a permission was granted for; undefined where it holds for every asset, or was not granted at all. */
export const targetsOf = ({ granularScopes }: Granted, permission: string): readonly string[] | undefined =>
  granularScopes.find(({ scope }) => scope === permission)?.target_ids;

/** Every id that the person ticked for permissions of a kind. Meta's own lists may leave some of them out. */
export function tickedFor({ granularScopes }: Granted, kind: 'pages_' | 'instagram_'): string[] {
  const of = granularScopes.filter(({ scope }) => scope.startsWith(kind));
  return [...new Set(of.flatMap(({ target_ids }) => target_ids ?? []))];
}
