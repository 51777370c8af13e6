import { GraphError, notAllowed, notFound, permissionMissing } from '../errors.ts';
import { roleOn } from '../state/accounts.ts';
import { isGranted } from '../state/grants.ts';
import type { Call } from './call.ts';

/** Permissions that posting as a Page takes. */
const toPost = ['pages_manage_posts', 'pages_read_engagement', 'pages_show_list'] as const;

const postingRefused =
  'If posting to a group, requires app being installed in the group, and either publish_to_groups permission with user token, or both pages_read_engagement and pages_manage_posts permission with page token; If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission';

/** Whether whoever gave this token lets the app use the permission on this asset. */
export function allows(call: Call, permission: string, assetId?: string): boolean {
  return isGranted(call.world.db, call.token.person_id, permission, assetId);
}

/** Refuses a read that was not granted for this asset. */
export function needToRead(call: Call, permissions: readonly string[], assetId: string): void {
  const missing = permissions.filter((permission) => !allows(call, permission, assetId));
  if (missing.length) throw permissionMissing(missing);
}

/** A Page token sees its own Page and nothing of another one. */
export function needOwnPage(call: Call, pageId: string, id: string): void {
  if (call.token.page_id !== null && call.token.page_id !== pageId) throw notFound(call.method, id);
}

/** A person's Pages and permissions are for their own user token alone. */
export function needSelf(call: Call, personId: string): void {
  if (call.token.kind !== 'user' || call.token.person_id !== personId) throw notFound(call.method, personId);
}

/** Refuses what only the Page itself may do, with a task of the person behind its token. */
export function needPageToken(call: Call, pageId: string, tasks: readonly string[]): void {
  if (call.token.kind !== 'page')
    throw new GraphError(210, '(#210) A page access token is required to request this resource.');
  const role = roleOn(call.world.db, call.token.person_id, pageId);
  if (!role)
    throw new GraphError(
      190,
      'Error validating access token: The user must be an administrator, editor, or moderator of the page.',
      { subcode: 492 },
    );
  if (!tasks.some((task) => role.tasks.includes(task)))
    throw notAllowed('The user must be an administrator, editor, or moderator of the page in order to impersonate it.');
}

/** Refuses to post, edit or delete for who lacks a permission or the task for it. */
export function needToPost(call: Call, pageId: string): void {
  if (call.token.kind !== 'page') throw notAllowed(postingRefused);
  needPageToken(call, pageId, ['CREATE_CONTENT']);
  if (toPost.some((permission) => !allows(call, permission, pageId))) throw notAllowed(postingRefused);
}
