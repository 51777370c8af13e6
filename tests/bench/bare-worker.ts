import { join } from 'node:path';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { openLog, runtimeOptions } from '../../workers/log.ts';
import { maxCachedWorkflows, runMeasured } from './cached-worker.ts';

/** A worker of the SDK as it comes, with workflows that do nothing. */
async function main(): Promise<void> {
  Runtime.install(runtimeOptions(openLog('error')));
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } = process.env;
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    namespace,
    taskQueue: 'bare',
    workflowsPath: join(import.meta.dirname, 'bare-workflows.ts'),
    activities: { nothing: () => Promise.resolve() },
    maxCachedWorkflows,
  });
  await runMeasured(worker);
}

await main();
