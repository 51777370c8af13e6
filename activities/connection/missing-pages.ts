import type { Business, HeldPage } from './business-pages.ts';
import type { ListedPage } from './found.ts';
import { targetsOf } from './granted.ts';
import type { Discovered, Missing } from './missing.ts';

/** About Pages that are not there, and about what keeps those that are there from being published on. */
export function missingPages(discovered: Discovered): Missing[] {
  const said = [
    ...withheldPages(discovered),
    ...discovered.hidden.map(hiddenPage),
    ...discovered.pages.flatMap((page) => hindrances(discovered, page)),
  ];
  if (said.length || discovered.pages.length || !discovered.scopes.includes('pages_show_list')) return said;
  return [discovered.refused ? listRefused : noPage];
}

const listRefused: Missing =
  'Facebook did not list the Pages of this login. Connect again and leave every permission ticked.';
const noPage: Missing =
  'Facebook shows no Page of this login. Have somebody give you a role on the Page at Facebook, or tick the Page in the dialog, then connect again.';

const hiddenPage = (id: string): Missing =>
  `The Page ${id} was ticked in the dialog, but Facebook does not show it to this login. See at Facebook whether it exists and you have a role on it, and one in the business that holds it, if there is one; then connect again.`;

function hindrances(discovered: Discovered, { metaId, name, tasks, unpublished }: ListedPage): Missing[] {
  const allowed = targetsOf(discovered, 'pages_manage_posts');
  const said: Missing[] = [];
  if (unpublished)
    said.push(
      `The Page ${name} is not published, so nobody sees what is posted there. Publish the Page in its settings at Facebook.`,
    );
  if (tasks.length && !tasks.includes('CREATE_CONTENT'))
    said.push(
      `Your role on the Page ${name} does not include the task to create content, so nothing can be published there. Have somebody with full control of the Page give it to you at Facebook, then connect again.`,
    );
  if (allowed && !allowed.includes(metaId))
    said.push(`Publishing on the Page ${name} was not allowed in the dialog. To publish, connect again and tick it.`);
  return said;
}

/** Businesses may hold hundreds of Pages that have nothing to do with this person: one sentence for all of one business. */
function withheldPages(discovered: Discovered): Missing[] {
  // Which Pages are the person's own is known from the list alone.
  if (discovered.refused) return [];
  const ofBusiness = Map.groupBy(discovered.withheld, ({ business }) => business);
  const named = targetsOf(discovered, 'pages_show_list') !== undefined;
  return [...ofBusiness].map(([business, held]) => withheldBy(business, held, named));
}

function withheldBy(business: Business, held: readonly HeldPage[], named: boolean): Missing {
  const [what, it, they] = held.length === 1 ? ['Page', 'it', 'it'] : ['Pages', 'them', 'they'];
  const which = listing(held.map(({ page }) => page.name));
  if (business.wantsSecondFactor)
    return `The business ${business.name} requires two-factor authentication, and Facebook does not list its ${what} ${which} for this login. If two-factor authentication is off for your Facebook account, turn it on; then connect again and tick ${it}.`;
  if (named)
    return `The ${what} ${which} of the business ${business.name} ${held.length === 1 ? 'was' : 'were'} not ticked in the dialog. Connect again and tick ${it}; where ${they} cannot be ticked, have an admin of the business give you a role on ${it} first.`;
  return `You have no role on the ${what} ${which}, which the business ${business.name} holds. Have an admin of the business give you one at Facebook, then connect again.`;
}

const namedAtMost = 3;

function listing(names: readonly string[]): string {
  const shown = names.slice(0, namedAtMost);
  const others = names.length - shown.length;
  const parts = others ? [...shown, others === 1 ? 'one other' : `${others} others`] : shown;
  const last = parts.at(-1) ?? '';
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
