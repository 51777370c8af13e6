import type { Grant } from '../../meta/capabilities.ts';
import { permissions } from '../../meta/permissions.ts';
import type { Found } from './found.ts';

/** What a member may expect to see and does not, in a sentence, and what to do about it, in another. */
export type Missing = `${string}. ${string}.`;

interface Discovered {
  scopes: readonly string[];
  granularScopes: readonly Grant[];
  found: readonly Found[];
  /** Ids that were ticked at Meta, and that Meta did not show when asked. */
  hidden: readonly string[];
  /** Meta refused to list at all. */
  listRefused: boolean;
}

const tickEverything = 'Connect again and leave every permission ticked.';

/** Not exhaustive, but each is true. */
export function missingFrom(discovered: Discovered): Missing[] {
  return [
    ...missingPermissions(discovered),
    ...missingPages(discovered),
    ...discovered.found.flatMap(unticked(discovered)),
  ];
}

const missingPermissions = ({ scopes }: Discovered): Missing[] =>
  permissions
    .filter(({ name, byDefault }) => byDefault && !scopes.includes(name))
    .map(({ name }): Missing => `The permission ${name} was not granted. ${tickEverything}`);

function missingPages({ found, hidden, listRefused }: Discovered): Missing[] {
  const unseen = hidden.map(
    (id): Missing =>
      `The Page or account ${id} was ticked in the dialog, but Facebook does not show it. See at Facebook whether it exists and you still have a role on it, then connect again.`,
  );
  if (listRefused) return [`Facebook did not list the Pages of this login. ${tickEverything}`, ...unseen];
  if (found.length) return unseen;
  const none: Missing =
    'Facebook shows no Page of this login. Have somebody give you a role on the Page at Facebook, or tick the Page in the dialog, then connect again.';
  return [none, ...unseen];
}

const unticked =
  ({ granularScopes }: Discovered) =>
  ({ platform, metaId, name }: Found): Missing[] => {
    if (platform === 'instagram' && !covers(granularScopes, 'instagram_basic', metaId))
      return [`The Instagram account ${name} was not ticked in the dialog. To use it, connect again and tick it.`];
    if (platform === 'facebook' && !covers(granularScopes, 'pages_manage_posts', metaId))
      return [`Publishing on the Page ${name} was not allowed in the dialog. To publish, connect again and tick it.`];
    return [];
  };

/** Without a grant of its own a permission is missing as a whole, which is said elsewhere. */
function covers(grants: readonly Grant[], scope: string, metaId: string): boolean {
  const targets = grants.find((grant) => grant.scope === scope)?.target_ids;
  return targets === undefined || targets.includes(metaId);
}
