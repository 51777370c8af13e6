import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { inject } from 'vitest';
import { workflowBundle } from '../../workers/bundle.ts';
import { queues } from '../../workflows/queues.ts';
import { freshNamespace } from '../stack/namespace.ts';

const tenant = 'tenant';
export const target = '01890a5d-ac96-774b-bcce-b302099a8057';

/**
 * Runs a publish workflow in a namespace of its own, with these activities in place of ours.
 * @returns what it ended with, and the names of its events in the order in which they came
 */
export async function publishWith(activities: NonNullable<WorkerOptions['activities']>) {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const address = inject('temporalAddress');
  const namespace = await freshNamespace(address);
  const [connection, own] = await Promise.all([Connection.connect({ address }), NativeConnection.connect({ address })]);
  const bundle = { codePath: await workflowBundle() };
  const taskQueue = queues.publish;
  const worker = await Worker.create({ connection: own, namespace, taskQueue, workflowBundle: bundle, activities });
  const client = new Client({ connection, namespace });
  const start = { workflowId: `publish:${tenant}:${target}`, taskQueue };
  const handle = await client.workflow.start('publish', { ...start, args: [{ tenant, target, rows: 'locally' }] });
  const outcome: unknown = await worker.runUntil(handle.result());
  const { events } = await handle.fetchHistory();
  await Promise.all([connection.close(), own.close()]);
  return {
    outcome,
    events: (events ?? []).map((event) => Object.keys(event).find((key) => key.endsWith('Attributes'))),
  };
}
