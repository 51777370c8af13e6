import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { tenantActivities } from '../../activities/tenant/index.ts';
import { priorities, queues } from '../queues.ts';

type Activities = ReturnType<typeof tenantActivities>;

/** A rotation has time, and is never given up half done. */
const patient = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const;

/** The activities on one tenant's keys, each with what the Web UI shows for it. */
export function tenantActivitiesFor(tenant: string) {
  const proxy = (summary: string, options: ActivityOptions = {}) =>
    proxyActivities<Activities>({
      taskQueue: queues.erasure,
      startToCloseTimeout: '20s',
      retry: patient,
      priority: { priorityKey: priorities.erasure, fairnessKey: tenant },
      summary,
      ...options,
    });
  return {
    readKeyWork: proxy('Read the row: what is asked for, how far it is').readKeyWork,
    makeDataKey: proxy('Make a new data key').makeDataKey,
    reseal: proxy('Seal everything anew', { startToCloseTimeout: '1h', heartbeatTimeout: '15s' }).reseal,
    forgetOldKeys: proxy('Delete the old key, if nothing needs it').forgetOldKeys,
    rewrapKeys: proxy('Wrap the keys under the new master key').rewrapKeys,
    leaveWork: proxy('Strike it off the list of what should be alive').leaveWork,
  };
}
