import { adoptChosenAccounts } from './adopt-chosen-accounts.ts';
import { askForRenewal } from './ask-for-renewal.ts';
import { expireAuthorization, giveUpAuthorization } from './close-authorization.ts';
import { disconnect } from './disconnect.ts';
import { discoverAccounts } from './discover-accounts.ts';
import { exchangeCode } from './exchange-code.ts';
import { keepUp } from './keep-up.ts';
import { leaveAuthorization, leaveConnection } from './leave.ts';
import { mailNotices } from './mail-notices.ts';
import type { ConnectionParts } from './parts.ts';
import { readAuthorization } from './read-authorization.ts';
import { readConnection } from './read-connection.ts';
import { refreshToken } from './refresh-token.ts';
import { renewPageTokens } from './renew-page-tokens.ts';

/** The activities of the queue `connection`. */
export const connectionActivities = (parts: ConnectionParts) => ({
  readAuthorization: readAuthorization(parts),
  exchangeCode: exchangeCode(parts),
  expireAuthorization: expireAuthorization(parts),
  giveUpAuthorization: giveUpAuthorization(parts),
  leaveAuthorization: leaveAuthorization(parts),
  readConnection: readConnection(parts),
  discoverAccounts: discoverAccounts(parts),
  renewPageTokens: renewPageTokens(parts),
  adoptChosenAccounts: adoptChosenAccounts(parts),
  refreshToken: refreshToken(parts),
  // Nobody waits for the daily look: near a limit it is the first that does.
  keepUp: keepUp({ ...parts, graph: parts.graph.inClass('sync') }),
  askForRenewal: askForRenewal(parts),
  mailNotices: mailNotices(parts),
  disconnect: disconnect(parts),
  leaveConnection: leaveConnection(parts),
});
