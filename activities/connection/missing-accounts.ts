import { targetsOf } from './granted.ts';
import type { Discovered, Missing } from './missing.ts';

/** An account that this connection has made and goes on to use. */
export interface ConnectedAccount {
  platform: 'facebook' | 'instagram';
  meta_id: string;
  name: string;
}

const listing = { facebook: 'pages_show_list', instagram: 'instagram_basic' } as const;

/** About what was connected before this login, and is not among what it shows. */
export function missingAccounts(discovered: Discovered): Missing[] {
  const { pages, hidden, withheld, refused, scopes } = discovered;
  if (refused || !scopes.includes('pages_show_list')) return [];
  const known = new Set([
    ...pages.flatMap(({ metaId, instagram }) => [metaId, instagram?.metaId]),
    ...withheld.map(({ page }) => page.metaId),
    ...hidden,
  ]);
  const gone = discovered.connected.filter(
    ({ platform, meta_id }) => scopes.includes(listing[platform]) && !known.has(meta_id),
  );
  return gone.map(({ platform, meta_id, name }): Missing => {
    const ticked = targetsOf(discovered, listing[platform]);
    if (ticked && !ticked.includes(meta_id))
      return `${name} is connected here, and was not ticked in the dialog this time, so that Facebook may refuse what is scheduled for it. Connect again and tick it.`;
    return `${name} is connected here, but Facebook does not list it for this login any more. See at Facebook whether you still have a role on it, then connect again.`;
  });
}
