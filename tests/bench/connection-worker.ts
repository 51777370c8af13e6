import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig } from '../../deploy/config.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { openLog, runtimeOptions } from '../../workers/log.ts';
import { openParts } from '../../workers/parts.ts';
import { smallNurseries } from '../../workers/small-nurseries.ts';
import { queues } from '../../workflows/queues.ts';
import { maxCachedWorkflows, runMeasured } from './cached-worker.ts';

/** A worker of connections, with all its parts, that caches all of them. */
async function main(): Promise<void> {
  const config = readConfig('worker', process.env);
  const log = openLog('error');
  Runtime.install(runtimeOptions(log));
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = config;
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const parts = await openParts(config, log, client, new AbortController().signal);
  smallNurseries();
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue: queues.connection,
    workflowBundle: { codePath: await workflowBundle() },
    activities: parts.connectionActivities,
    maxCachedWorkflows,
  });
  await runMeasured(worker);
}

await main();
