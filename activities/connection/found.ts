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

/** A Page as Meta lists it, and the Instagram account linked to it. Nothing for a shape that cannot be one. */
export function foundIn(page: Record<string, unknown>): Found[] {
  const id = metaId(page.id);
  if (!id) return [];
  const name = textOf(page.name) ?? 'A Page without a name';
  const tasks = Array.isArray(page.tasks) ? page.tasks.filter((task) => typeof task === 'string') : [];
  const own: Found = { platform: 'facebook', metaId: id, pageMetaId: id, name, username: textOf(page.username), tasks };
  const linked = (page.instagram_business_account ?? {}) as Record<string, unknown>;
  const instagram = metaId(linked.id);
  if (!instagram) return [own];
  const username = textOf(linked.username);
  const called = textOf(linked.name) ?? username ?? `Instagram of ${name}`;
  return [own, { platform: 'instagram', metaId: instagram, pageMetaId: id, name: called, username, tasks }];
}
