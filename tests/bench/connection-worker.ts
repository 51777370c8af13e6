import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig } from '../../deploy/config.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { openLog, runtimeOptions } from '../../workers/log.ts';
import { openParts } from '../../workers/parts.ts';
import { queues } from '../../workflows/queues.ts';

export interface Measured {
  cached: number;
  busy: number;
  rssBytes: number;
}

/** A worker of connections that caches all of them, and says what it holds whenever it is asked. Run with --expose-gc. */
async function main(): Promise<void> {
  const config = readConfig('worker', process.env);
  const log = openLog('error');
  Runtime.install(runtimeOptions(log));
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = config;
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const parts = await openParts(config, log, client, new AbortController().signal);
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue: queues.connection,
    workflowBundle: { codePath: await workflowBundle() },
    activities: parts.connectionActivities,
    maxCachedWorkflows: 5_000,
  });
  process.on('message', async () => {
    const { gc } = globalThis as { gc?: () => void };
    for (let times = 0; times < 4; times++) {
      gc?.();
      await sleep(250);
    }
    const { numCachedWorkflows: cached, numInFlightWorkflowActivations, numInFlightActivities } = worker.getStatus();
    const busy = numInFlightWorkflowActivations + numInFlightActivities;
    process.send?.({ cached, busy, rssBytes: process.memoryUsage.rss() } satisfies Measured);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
  await worker.run();
}

await main();
