import type { Client } from '@temporalio/client';
import { type Kind, parseId } from './ids.ts';
import { priorities, queues } from './queues.ts';
import { searchAttributes } from './search-attributes.ts';

const argumentName: Record<Kind, string> = {
  authorization: 'authorization',
  connection: 'connection',
  publish: 'target',
  tenant: 'work',
};

/**
 * What a run is told about how it began, where earlier ones go on differently: `patched` would cost each run two actions for it.
 */
const manner: Partial<Record<Kind, object>> = { publish: { tells: 'stays', rows: 'locally' } };

const places: Record<Kind, { taskQueue: string; priorityKey: number }> = {
  authorization: { taskQueue: queues.connection, priorityKey: priorities.connection },
  connection: { taskQueue: queues.connection, priorityKey: priorities.connection },
  publish: { taskQueue: queues.publish, priorityKey: priorities.publish },
  tenant: { taskQueue: queues.erasure, priorityKey: priorities.erasure },
};

const summaries: Record<Kind, string> = {
  authorization: 'Connect: wait for the person to come back from Meta',
  connection: 'Life of one Meta login: discover, choose, keep its tokens alive',
  publish: 'Publish one post to one account',
  tenant: "Work on a tenant's keys",
};

/**
 * Tells a workflow that its row changed, and starts it where it does not run. Repeating a nudge does no harm.
 * @throws Error when the id is not one of ours, or when Temporal does not answer
 */
export async function nudge(client: Client, id: string): Promise<void> {
  const ref = parseId(id);
  if (!ref) throw new Error('Not a workflow id of ours');
  const { taskQueue, priorityKey } = places[ref.kind];
  await client.workflow.signalWithStart(ref.kind, {
    workflowId: id,
    taskQueue,
    args: [{ tenant: ref.tenant, [argumentName[ref.kind]]: ref.subject, ...manner[ref.kind] }],
    signal: 'changed',
    signalArgs: [],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    priority: { priorityKey, fairnessKey: ref.tenant },
    typedSearchAttributes: [
      { key: searchAttributes.tenantId, value: ref.tenant },
      ...(ref.kind === 'connection' ? [{ key: searchAttributes.connectionId, value: ref.subject }] : []),
    ],
    staticSummary: summaries[ref.kind],
  });
}
