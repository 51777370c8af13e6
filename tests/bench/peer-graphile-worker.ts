import { Logger, makeWorkerUtils, run as runWorker } from 'graphile-worker';
import type { CommitCall } from './drafts.ts';
import { asked } from './peer-job.ts';

const { run, call } = await asked();
const { concurrency = 1, queue = 0, pollMs = 2_000 } = run.settings;
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString: run.databaseUrl, logger });
await utils.migrate();
const runAt = new Date(run.dueAtMs);
await utils.addJobs(run.calls.map((payload) => ({ identifier: 'commit', payload, runAt })));
await utils.release();
/** graphile-worker, with a local queue where it is asked for. */
await runWorker({
  connectionString: run.databaseUrl,
  logger,
  noHandleSignals: true,
  taskList: { commit: (payload) => call(payload as CommitCall) },
  preset: {
    worker: {
      concurrentJobs: concurrency,
      maxPoolSize: Math.min(concurrency + 2, 60),
      pollInterval: pollMs,
      ...(queue && { localQueue: { size: queue }, completeJobBatchDelay: 250 }),
    },
  },
});
