import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { sql } from 'kysely';
import { type Config, ConfigError, readConfig } from '../deploy/config.ts';
import { workflowBundle } from './bundle.ts';
import { serveHealth } from './health.ts';
import { openLog, runtimeOptions } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openParts } from './parts.ts';
import { problemsOf } from './problems.ts';
import { smallNurseries } from './small-nurseries.ts';
import { createWorkers } from './temporal.ts';
import { keepUp } from './upkeep.ts';

const wrongConfiguration = 78;

/** A worker: runs workflows and activities, and keeps the engine and the rows together, until SIGTERM. */
async function main(config: Config<'worker'>): Promise<void> {
  const log = openLog(config.LOG_LEVEL);
  Runtime.install(runtimeOptions(log));
  const goingDown = new AbortController();
  const stop = () => goingDown.abort();
  process.on('SIGTERM', stop).on('SIGINT', stop);

  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = config;
  const bundle = await workflowBundle();
  const connection = await NativeConnection.connect({ address }).catch(
    cannotStart(`Temporal cannot be reached at ${address}.`),
  );
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  const parts = await openParts(config, log, client, goingDown.signal);
  const alive = () => sql`select 1`.execute(parts.control);
  await alive().catch(
    cannotStart('The control database of WORKER_DATABASE_URL cannot be reached, or refuses the login.'),
  );
  smallNurseries();
  const workers = await createWorkers({ connection, namespace, bundle, ...parts });
  const metrics = createMetrics(workers);
  const health = await serveHealth(config.WORKER_PORT, metrics.registry, async () => {
    const database = alive().then(
      () => [],
      () => ['The control database does not answer.'],
    );
    return [...(await database), ...problemsOf(workers)];
  }).catch(cannotStart(`Port ${config.WORKER_PORT} is taken: free it, or set WORKER_PORT.`));
  log.info({ port: config.WORKER_PORT }, 'the worker is ready');

  goingDown.signal.addEventListener('abort', () => {
    for (const worker of Object.values(workers)) if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  const upkeep = keepUp({
    control: parts.control,
    tenants: parts.tenants,
    media: parts.media,
    client,
    metrics,
    log,
    signal: goingDown.signal,
  });
  await Promise.all([...Object.values(workers).map((worker) => worker.run()), upkeep]);

  health.close();
  await parts.close();
  await client.connection.close();
  await connection.close();
  log.info('the worker has stopped');
}

/** One sentence for whoever starts it; what the library said is no help to them. */
const cannotStart = (words: string) => (cause: unknown) => {
  throw new Error(words, { cause });
};

try {
  await main(readConfig('worker', process.env));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'The worker failed'}\n`);
  process.exit(error instanceof ConfigError ? wrongConfiguration : 1);
}
