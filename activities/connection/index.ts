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
export function connectionActivities(parts: ConnectionParts) {
  // Somebody waits for it before a screen, and what is due waits for the login: it is kept back only as long as Meta itself says.
  const urgent = { ...parts, graph: parts.graph.inClass('publish') };
  return {
    readAuthorization: readAuthorization(parts),
    exchangeCode: exchangeCode(urgent),
    expireAuthorization: expireAuthorization(parts),
    giveUpAuthorization: giveUpAuthorization(parts),
    leaveAuthorization: leaveAuthorization(parts),
    readConnection: readConnection(parts),
    discoverAccounts: discoverAccounts(urgent),
    renewPageTokens: renewPageTokens(urgent),
    adoptChosenAccounts: adoptChosenAccounts(urgent),
    refreshToken: refreshToken(parts),
    // Nobody waits for the daily look: near a limit it is the first that does.
    keepUp: keepUp({ ...parts, graph: parts.graph.inClass('sync') }),
    askForRenewal: askForRenewal(parts),
    mailNotices: mailNotices(parts),
    disconnect: disconnect(parts),
    leaveConnection: leaveConnection(parts),
  };
}
