import { type ActivityOptions, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { publishActivities } from '../../activities/publish/index.ts';
import { priorities, queues } from '../queues.ts';

type Activities = ReturnType<typeof publishActivities>;

/** Passing faults never end a post: every activity is retried until it says what became of it. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** When its worker has died another one goes on so much later. What ends sooner than its first heartbeat costs Temporal nothing. */
const takenOver = { heartbeatTimeout: '20s' } as const;

/** Given up at once when something else is wanted: nothing of it is seen by anybody. */
const unseen = { ...takenOver, cancellationType: 'TRY_CANCEL' } as const;

/** How what takes a few milliseconds, and may be done twice, is done: by the worker that runs the workflow, without Temporal in between. */
export type Rows = 'locally';

/** While one waits for its next attempt nothing of the worker is taken up: Temporal keeps the time. */
const local = { startToCloseTimeout: '10s', retry: patient, localRetryThreshold: '1ms' } as const;

/**
 * The activities of one tenant's publish workflow, each with what the Web UI shows for it.
 * @param rows absent where a run began when Temporal handed out even what is short
 */
export function publishActivitiesFor(tenant: string, rows: Rows | undefined) {
  const proxy = (summary: string, options: ActivityOptions) =>
    proxyActivities<Activities>({
      taskQueue: queues.publish,
      retry: patient,
      priority: { priorityKey: priorities.publish, fairnessKey: tenant },
      summary,
      ...options,
    });
  const short = (summary: string) =>
    rows ? proxyLocalActivities<Activities>({ ...local, summary }) : proxy(summary, { startToCloseTimeout: '20s' });
  return {
    readTarget: short('Read the rows: what is wanted now').readTarget,
    /** A video takes long; the death of its worker is noticed by the heartbeat. */
    prepareAhead: proxy('Send the files to Meta, unseen', { ...unseen, startToCloseTimeout: '2h' }).prepareAhead,
    prepareLast: proxy('Make the post at Meta, unseen', { ...unseen, startToCloseTimeout: '5m' }).prepareLast,
    uploadPhotos: proxy('Upload photos, unpublished', { startToCloseTimeout: '5m', heartbeatTimeout: '20s' })
      .uploadPhotos,
    createDraft: proxy('Create the post, unpublished', { startToCloseTimeout: '1m', heartbeatTimeout: '20s' })
      .createDraft,
    commitSoon: proxy('Make it public', {
      startToCloseTimeout: '1m',
      heartbeatTimeout: '10s',
      cancellationType: 'TRY_CANCEL',
    }).commitTarget,
    /**
     * The heartbeat is long because a thousand parked attempts would otherwise load the server; the retry is quick and
     * unlimited because an attempt that gives way at a worker's shutdown has lost nothing.
     */
    commitParked: proxy('Wait parked for the due instant, then make it public', {
      taskQueue: queues.commit,
      startToCloseTimeout: '15m',
      heartbeatTimeout: '30s',
      cancellationType: 'TRY_CANCEL',
      retry: { initialInterval: '1s', backoffCoefficient: 1 },
    }).commitTarget,
    witnessTarget: proxy('Look at Meta: is it live?', { ...takenOver, startToCloseTimeout: '1m' }).witnessTarget,
    readPermalink: proxy('Read the address of the post', {
      ...takenOver,
      startToCloseTimeout: '30s',
      retry: { ...patient, maximumAttempts: 6 },
    }).readPermalink,
    commentTarget: proxy('Write the first comment', {
      ...takenOver,
      startToCloseTimeout: '1m',
      retry: { ...patient, maximumAttempts: 8 },
    }).commentTarget,
    deleteTarget: proxy('Delete the published post', { ...takenOver, startToCloseTimeout: '1m' }).deleteTarget,
    editTarget: proxy('Change the text of the published post', {
      ...takenOver,
      startToCloseTimeout: '1m',
      cancellationType: 'TRY_CANCEL',
    }).editTarget,
    discardLeftovers: proxy('Delete at Meta what was prepared and is not needed', {
      ...unseen,
      startToCloseTimeout: '2m',
      // Not longer: what is due next is waited for meanwhile.
      scheduleToCloseTimeout: '4m',
    }).discardLeftovers,
    leaveTarget: short('Done: strike it off the list of what should be alive').leaveTarget,
  };
}

export type PublishActivities = ReturnType<typeof publishActivitiesFor>;
