import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { type Waiting, waiting } from '../../workflows/messages.ts';

interface PendingActivity {
  activity: string;
  attempt: number;
  /** Words of ours; a failure never quotes anybody. */
  lastFailure?: string;
  lastTriedAt?: string;
  nextAttemptAt?: string;
}

export interface Run {
  status: 'running' | 'not there' | 'ended' | 'Temporal does not answer';
  startedAt?: string;
  /** What it says that it waits for; absent where no worker answered. */
  waiting?: Waiting;
  activities: PendingActivity[];
  /** A workflow task that fails again and again: code that cannot go on with this history. */
  taskAttempt?: number;
  taskSince?: string;
}

const answerMs = 5_000;

/** Temporal could not be asked, or refused to answer. */
export const isSilence = (cause: unknown): boolean => cause instanceof ServiceError || isGrpcServiceError(cause);

/** Looks at a workflow in Temporal, and asks it what it waits for. */
export async function runOf(client: Client, id: string, { ask = true } = {}): Promise<Run> {
  const within = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + answerMs, work);
  const handle = client.workflow.getHandle(id);
  try {
    const described = await within(() => handle.describe());
    const { pendingActivities, pendingWorkflowTask } = described.raw;
    const running = described.status.name === 'RUNNING';
    const said = running && ask ? await within(() => handle.query(waiting)).catch(noWorker) : undefined;
    const taskAttempt = pendingWorkflowTask?.attempt;
    const taskSince = iso(pendingWorkflowTask?.originalScheduledTime);
    return {
      status: running ? 'running' : 'ended',
      startedAt: described.startTime.toISOString(),
      activities: (pendingActivities ?? []).map(pending),
      ...(said && { waiting: said }),
      ...(taskAttempt && { taskAttempt }),
      ...(taskSince && { taskSince }),
    };
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) return { status: 'not there', activities: [] };
    if (isSilence(cause)) return { status: 'Temporal does not answer', activities: [] };
    throw cause;
  }
}

/** A query is answered by a worker. Without one there is nothing to say, and the rest of what is known stands. */
const noWorker = () => undefined;

type Described = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['describe']>>['raw'];
type RawActivity = NonNullable<Described['pendingActivities']>[number];

function pending(raw: RawActivity): PendingActivity {
  const tried = iso(raw.lastAttemptCompleteTime ?? raw.lastStartedTime);
  const next = iso(raw.nextAttemptScheduleTime);
  return {
    activity: raw.activityType?.name ?? 'unknown',
    attempt: raw.attempt ?? 1,
    ...(raw.lastFailure?.message && { lastFailure: raw.lastFailure.message }),
    ...(tried && { lastTriedAt: tried }),
    ...(next && { nextAttemptAt: next }),
  };
}

function iso(time: { seconds?: unknown } | null | undefined): string | undefined {
  const seconds = Number(time?.seconds ?? 0);
  return seconds > 0 ? new Date(seconds * 1_000).toISOString() : undefined;
}
