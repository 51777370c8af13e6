import { getAccount, getAccounts } from './accounts/routes.ts';
import { getAudit } from './audit/routes.ts';
import { beginAuthorization } from './authorizations/begin.ts';
import { callback } from './authorizations/callback.ts';
import { connectedPage } from './authorizations/connected-page.ts';
import { getAuthorization } from './authorizations/get.ts';
import { chooseAccounts } from './connections/choose.ts';
import { disconnect } from './connections/disconnect.ts';
import { reauthorize, refresh } from './connections/renew.ts';
import { getConnection, getConnections } from './connections/routes.ts';
import { docsRoutes } from './docs/routes.ts';
import { healthz, metrics, readyz } from './health/routes.ts';
import type { Route } from './http/route.ts';
import { createKey, listKeys, revokeKey } from './keys/keys.ts';
import { deleteMedia } from './media/delete.ts';
import { fetchMedia } from './media/fetch.ts';
import { getMedia } from './media/get.ts';
import { uploadMedia } from './media/upload.ts';
import { acceptInvitation } from './members/accept.ts';
import { changeMember, removeMember } from './members/change.ts';
import { inviteMember } from './members/invite.ts';
import { getMember, listMembers } from './members/list.ts';
import { dismissNotice, getNotices } from './notices/routes.ts';
import { cancelPost } from './posts/cancel.ts';
import { changePost } from './posts/change.ts';
import { checkPost } from './posts/check.ts';
import { createPost } from './posts/create.ts';
import { getPost } from './posts/get.ts';
import { getHistory } from './posts/history.ts';
import { listPosts } from './posts/list.ts';
import { publishPost } from './posts/publish.ts';
import { changePassword } from './session/change-password.ts';
import { getMe } from './session/me.ts';
import { changeSession, logIn, logOut } from './session/session.ts';
import { resolveTarget } from './targets/resolve.ts';
import { changeTenant, getTenant } from './tenant/routes.ts';

/** Every route there is; nothing is served that is not in this list, and everything in it is in the documentation. */
export const routes: readonly Route[] = [
  logIn,
  changeSession,
  logOut,
  getMe,
  changePassword,
  getTenant,
  changeTenant,
  listMembers,
  getMember,
  inviteMember,
  changeMember,
  removeMember,
  acceptInvitation,
  getAudit,
  listKeys,
  createKey,
  revokeKey,
  beginAuthorization,
  getAuthorization,
  callback,
  connectedPage,
  getConnections,
  getConnection,
  chooseAccounts,
  reauthorize,
  refresh,
  disconnect,
  getAccounts,
  getAccount,
  getNotices,
  dismissNotice,
  uploadMedia,
  getMedia,
  deleteMedia,
  fetchMedia,
  createPost,
  checkPost,
  listPosts,
  getPost,
  changePost,
  cancelPost,
  publishPost,
  getHistory,
  resolveTarget,
  healthz,
  readyz,
  metrics,
  ...docsRoutes(() => routes),
];
