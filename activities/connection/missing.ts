import type { Grant } from '../../meta/capabilities.ts';
import { permissions } from '../../meta/permissions.ts';
import type { Found } from './found.ts';

/** Something that a member may expect to see and does not: a sentence, and what to do about it. */
export interface Missing {
  words: string;
  remedy: string;
}

interface Discovered {
  scopes: readonly string[];
  granularScopes: readonly Grant[];
  found: readonly Found[];
  /** Ids that were ticked at Meta, and that Meta did not show when asked. */
  hidden: readonly string[];
  /** Meta refused to list at all. */
  listRefused: boolean;
}

/** Not exhaustive, but each is true. */
export function missingFrom({ scopes, granularScopes, found, hidden, listRefused }: Discovered): Missing[] {
  const said: Missing[] = [];
  for (const { name, purpose, byDefault } of permissions)
    if (byDefault && !scopes.includes(name))
      said.push({
        words: `The permission ${name} was not granted. ${purpose}`,
        remedy: 'Connect again and leave every permission ticked.',
      });
  if (listRefused)
    said.push({
      words: 'Facebook did not list the Pages of this login.',
      remedy: 'Connect again and leave every permission ticked.',
    });
  else if (!found.length)
    said.push({
      words: 'Facebook says that this login manages no Page.',
      remedy:
        'Have somebody give you a role on the Page at Facebook, or tick the Page in the dialog; then connect again.',
    });
  for (const id of hidden)
    said.push({
      words: `The Page or account ${id} was ticked in the dialog, but Facebook does not show it.`,
      remedy: 'Look at Facebook whether it still exists and whether you still have a role on it; then connect again.',
    });
  for (const { platform, metaId, name } of found) {
    if (platform === 'instagram' && !covers(granularScopes, 'instagram_basic', metaId))
      said.push({
        words: `The Instagram account ${name} was not ticked in the dialog.`,
        remedy: 'Connect again and tick it, if you want to use it.',
      });
    if (platform === 'facebook' && !covers(granularScopes, 'pages_manage_posts', metaId))
      said.push({
        words: `Publishing on the Page ${name} was not allowed in the dialog.`,
        remedy: 'Connect again and tick the Page, if you want to publish on it.',
      });
  }
  return said;
}

/** Without a grant of its own a permission is missing as a whole, which is said elsewhere. */
function covers(grants: readonly Grant[], scope: string, metaId: string): boolean {
  const targets = grants.find((grant) => grant.scope === scope)?.target_ids;
  return targets === undefined || targets.includes(metaId);
}
