import { metaId, textOf } from '../graph/ids.ts';

/** A Page or an Instagram account that a member may choose. Never a token. */
export interface Found {
  platform: 'facebook' | 'instagram';
  metaId: string;
  pageMetaId: string;
  name: string;
  username: string | undefined;
  tasks: string[];
}

interface Linked {
  metaId: string;
  name: string | undefined;
  username: string | undefined;
}

/** A Page as Meta lists it before the choice, with what is linked to it. */
export interface ListedPage {
  metaId: string;
  name: string;
  username: string | undefined;
  /** What the person's role on it allows; empty where Meta does not say. */
  tasks: string[];
  unpublished: boolean;
  /** The professional account that the Graph works with. */
  instagram: Linked | undefined;
  /** Another one that the settings of the Page link, or the only one, which then is no professional account. */
  otherInstagram: Linked | undefined;
}

/** @returns undefined for a shape that cannot be a Page */
export function listedPage(said: Record<string, unknown>): ListedPage | undefined {
  const id = metaId(said.id);
  if (!id) return undefined;
  const instagram = linked(said.instagram_business_account);
  const other = linked(said.connected_instagram_account);
  return {
    metaId: id,
    name: textOf(said.name) ?? 'A Page without a name',
    username: textOf(said.username),
    tasks: Array.isArray(said.tasks) ? said.tasks.filter((task) => typeof task === 'string') : [],
    unpublished: said.is_published === false,
    instagram,
    otherInstagram: other?.metaId === instagram?.metaId ? undefined : other,
  };
}

/** The Page and its Instagram account, as a member may choose them. */
export function foundIn({ metaId: id, name, username, tasks, instagram }: ListedPage): Found[] {
  const own: Found = { platform: 'facebook', metaId: id, pageMetaId: id, name, username, tasks };
  if (!instagram) return [own];
  const called = instagram.name ?? instagram.username ?? `Instagram of ${name}`;
  const { metaId: account, username: handle } = instagram;
  return [own, { platform: 'instagram', metaId: account, pageMetaId: id, name: called, username: handle, tasks }];
}

function linked(said: unknown): Linked | undefined {
  const { id, name, username } = (said ?? {}) as Record<string, unknown>;
  const account = metaId(id);
  return account ? { metaId: account, name: textOf(name), username: textOf(username) } : undefined;
}
