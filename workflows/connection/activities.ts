import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { connectionActivities } from '../../activities/connection/index.ts';
import { priorities, queues } from '../queues.ts';

type Activities = ReturnType<typeof connectionActivities>;

/** A passing fault of Meta's disconnects nobody, however long it lasts: every activity is retried until it says what is true. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' } as const;

/** What asks Meta is tried for some minutes at a time: between these the workflow is all ears, and the next try is a later one's. */
const forAWhile = { ...patient, maximumInterval: '1m', maximumAttempts: 5 } as const;
const seldom = { ...patient, initialInterval: '10s', maximumAttempts: 3 } as const;

/** The activities of one tenant's authorizations and connections, each with what the Web UI shows for it. */
export function connectionActivitiesFor(tenant: string) {
  const proxy = (summary: string, options: ActivityOptions) =>
    proxyActivities<Activities>({
      taskQueue: queues.connection,
      retry: patient,
      priority: { priorityKey: priorities.connection, fairnessKey: tenant },
      summary,
      ...options,
    });
  const read = proxy('Read the rows: what is true now', { startToCloseTimeout: '20s' });
  const leave = proxy('Strike it off the list of what should be alive', { startToCloseTimeout: '20s' });
  const close = proxy('Say in the row how it ended', { startToCloseTimeout: '20s' });
  const work = (summary: string, startToCloseTimeout: '2m' | '10m', retry: typeof forAWhile | typeof seldom) =>
    proxy(summary, { startToCloseTimeout, heartbeatTimeout: '15s', scheduleToCloseTimeout: '15m', retry });
  return {
    readAuthorization: read.readAuthorization,
    readConnection: read.readConnection,
    leaveAuthorization: leave.leaveAuthorization,
    leaveConnection: leave.leaveConnection,
    expireAuthorization: close.expireAuthorization,
    giveUpAuthorization: close.giveUpAuthorization,
    /** A person waits before the screen, and Meta's code lives for minutes: there is an end to trying. */
    exchangeCode: proxy('Exchange the code for a token', {
      startToCloseTimeout: '2m',
      heartbeatTimeout: '15s',
      scheduleToCloseTimeout: '15m',
      retry: { ...patient, maximumInterval: '20s' },
    }).exchangeCode,
    discoverAccounts: work('Find the Pages and Instagram accounts', '10m', forAWhile).discoverAccounts,
    renewPageTokens: work('Renew the tokens of connected accounts', '10m', forAWhile).renewPageTokens,
    adoptChosenAccounts: work('Connect the chosen accounts', '10m', forAWhile).adoptChosenAccounts,
    refreshToken: work('Exchange the token for a fresh one', '10m', seldom).refreshToken,
    keepUp: work('Look at everything once a day', '10m', seldom).keepUp,
    mailNotices: work('Mail the notices to the owners', '2m', seldom).mailNotices,
    /** A member waits for it. What it needs of others it tries briefly, so that it ends. */
    disconnect: proxy('Take the connection apart', {
      startToCloseTimeout: '10m',
      heartbeatTimeout: '15s',
      retry: { ...patient, maximumInterval: '1m' },
    }).disconnect,
    askForRenewal: proxy('Ask for a new login in time', { startToCloseTimeout: '20s' }).askForRenewal,
  };
}
