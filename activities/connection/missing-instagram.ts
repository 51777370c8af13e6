import type { ListedPage } from './found.ts';
import { targetsOf } from './granted.ts';
import type { Discovered, Missing } from './missing.ts';

/** About Instagram accounts that one would expect beside the Pages that are there. */
export const missingInstagram = (discovered: Discovered): Missing[] => [
  ...discovered.pages.flatMap((page) => [...unticked(discovered, page), ...unusable(page)]),
  ...discovered.adrift.map(adrift),
];

function unticked(discovered: Discovered, { instagram, name }: ListedPage): Missing[] {
  const allowed = targetsOf(discovered, 'instagram_basic');
  if (!instagram || !allowed || allowed.includes(instagram.metaId)) return [];
  const called = instagram.username ?? instagram.name ?? `of the Page ${name}`;
  return [`The Instagram account ${called} was not ticked in the dialog. To use it, connect again and tick it.`];
}

function unusable({ name, instagram, otherInstagram }: ListedPage): Missing[] {
  if (!otherInstagram) return [];
  const other = otherInstagram.username ?? otherInstagram.metaId;
  if (!instagram)
    return [
      `The Instagram account ${other}, which is linked to the Page ${name}, is not shown as a professional account. Switch it to a professional account in the Instagram app if it is a personal one; then connect again and tick it.`,
    ];
  const used = instagram.username ?? instagram.metaId;
  return [
    `Several Instagram accounts are linked to the Page ${name}, and Facebook lets only ${used} be used through it. To use ${other}, link it to a Page of its own at Facebook, then connect again.`,
  ];
}

const adrift = (account: string): Missing =>
  `The Instagram account ${account} was ticked in the dialog, but is linked to no Page that Facebook shows to this login. Link it to one of your Pages at Facebook, or tick its Page too, then connect again.`;
