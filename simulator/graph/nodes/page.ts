import { unknownField } from '../../errors.ts';
import { instagramOfPage, type Page, roleOn } from '../../state/accounts.ts';
import { isUnpublished, otherInstagramOf } from '../../state/page-traits.ts';
import { subscriptionOf } from '../../state/subscriptions.ts';
import { pageTokenFor } from '../../state/tokens.ts';
import type { Call } from '../call.ts';
import { type Field, type FieldTable, narrowed, pick } from '../fields.ts';
import { allows } from '../rights.ts';
import { instagramNode } from './instagram.ts';

const PICTURE_PIXELS = 200;

const table: FieldTable<Page> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  username: ({ username }) => username,
  category: ({ category }) => category,
  category_list: ({ category }) => [{ id: '2500', name: category }],
  about: ({ about }) => about,
  link: ({ id }, { origin }) => `${origin}/pages/${id}`,
  picture: ({ id }, { origin }, asked) => ({
    data: narrowed(
      { height: PICTURE_PIXELS, is_silhouette: false, url: `${origin}/pages/${id}/picture.svg`, width: PICTURE_PIXELS },
      asked,
    ),
  }),
  fan_count: ({ fans }) => fans,
  followers_count: ({ followers }) => followers,
  verification_status: () => 'not_verified',
  has_transitioned_to_new_page_experience: () => true,
  is_published: ({ id }, { world }) => !isUnpublished(world.db, id),
  is_webhooks_subscribed: ({ id }, { world }) => subscriptionOf(world.db, id) !== undefined,
  access_token: ({ id }, call) => pageToken(call, id),
  tasks: ({ id }, call) => {
    if (!call.switches.tasksOnPage) throw unknownField('tasks', 'Page');
    return tasksOn(call, id);
  },
  instagram_business_account: ({ id }, call, asked) => instagramOf(call, id, asked.fields),
  connected_instagram_account: ({ id }, call, asked) =>
    otherInstagram(call, id, asked) ?? instagramOf(call, id, asked.fields),
};

/** What the list of accounts has of a Page: the same, and always its tasks. */
export const accountNode = {
  name: 'Page',
  table: { ...table, tasks: ({ id }: Page, call: Call) => tasksOn(call, id) },
  unasked: ['access_token', 'category', 'category_list', 'name', 'id', 'tasks'],
} as const;

export const pageNode = { name: 'Page', table, unasked: ['name', 'id'] } as const;

function pageToken(call: Call, pageId: string): string | undefined {
  const { token, world, nowMs } = call;
  if (token.kind === 'page') return token.page_id === pageId ? token.token : undefined;
  if (!roleOn(world.db, token.person_id, pageId) || !allows(call, 'pages_show_list', pageId)) return undefined;
  return pageTokenFor(world.db, token, pageId, nowMs).token;
}

function tasksOn({ world, token }: Call, pageId: string): string[] | undefined {
  return roleOn(world.db, token.person_id, pageId)?.tasks;
}

/** What is linked in the settings of the Page, professional or not. */
function otherInstagram(call: Call, pageId: string, asked: Field): Record<string, unknown> | undefined {
  const other = otherInstagramOf(call.world.db, pageId);
  return other && allows(call, 'instagram_basic') ? narrowed({ ...other }, asked) : undefined;
}

function instagramOf(call: Call, pageId: string, fields: Parameters<typeof pick>[3]) {
  const account = instagramOfPage(call.world.db, pageId);
  if (!account || !allows(call, 'instagram_basic', account.id)) return undefined;
  return pick(call, instagramNode, account, fields);
}
