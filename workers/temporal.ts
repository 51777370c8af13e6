import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { discreet } from '../activities/failures.ts';
import { queues } from '../workflows/queues.ts';

type Activities = Parameters<typeof discreet>[0];

/** Parked commits: each costs a timer, so that there can be many. */
export const commitSlots = 6_000;
/** At about 120 KB a cached workflow. */
const cachedWorkflows = 1_000;
/** After a kill -9 a workflow task would wait this long for the worker that had it cached; the SDK's default is 10 s. */
const stickyMs = 2_000;

export interface Workers {
  connection: Worker;
  publish: Worker;
  commit: Worker;
  erasure: Worker;
}

/** The workers of this process, one a task queue. */
export async function createWorkers(o: {
  connection: NativeConnection;
  namespace: string;
  bundle: string;
  connectionActivities: Activities;
  publishActivities: Activities;
  tenantActivities: Activities;
}): Promise<Workers> {
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection: o.connection,
    namespace: o.namespace,
    stickyQueueScheduleToStartTimeout: stickyMs,
    maxCachedWorkflows: cachedWorkflows,
    shutdownGraceTime: '5s',
    shutdownForceTime: '7s',
  };
  const workflowBundle = { codePath: o.bundle };
  return {
    connection: await Worker.create({
      ...common,
      taskQueue: queues.connection,
      workflowBundle,
      activities: o.connectionActivities,
    }),
    publish: await Worker.create({
      ...common,
      taskQueue: queues.publish,
      workflowBundle,
      activities: o.publishActivities,
      maxConcurrentActivityTaskExecutions: 100,
    }),
    commit: await Worker.create({
      ...common,
      taskQueue: queues.commit,
      activities: o.publishActivities,
      maxConcurrentActivityTaskExecutions: commitSlots,
      // What is parked gives way at once, by a signal of our own; what has claimed finishes.
      shutdownGraceTime: 0,
    }),
    // Seldom has anything to do, so it keeps little.
    erasure: await Worker.create({
      ...common,
      taskQueue: queues.erasure,
      workflowBundle,
      activities: o.tenantActivities,
      maxCachedWorkflows: 20,
      maxConcurrentActivityTaskExecutions: 10,
    }),
  };
}
