import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../../deploy/local/child.ts';
import {
  makeCluster,
  makeProvisioner,
  postgresCommand,
  provisionerUrl,
  superuserUrl,
  untilPostgresAnswers,
} from '../../deploy/local/postgres.ts';
import { postgresPlace } from '../../deploy/local/postgres-place.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { freePort } from './free-port.ts';

const startWithinMs = 120_000;
const stopWithinMs = 5_000;

export interface Cluster {
  provisionerUrl: string;
  superuserUrl: string;
  port: number;
  stop(): Promise<void>;
}

/** A PostgreSQL of a test's own, beside the one that all share. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-cluster-'));
  chmodSync(folder, 0o755);
  const watchdog = new Watchdog(folder);
  watchdog.remove(folder);
  const [port, data] = [await freePort(), postgresPlace(folder)];
  const password = randomBytes(16).toString('hex');
  await makeCluster(data, password);
  const logFile = join(folder, 'postgres.log');
  const child = await startChild(
    postgresCommand(data, { port, logFile, durable: false, maxConnections: 50 }),
    watchdog,
  );
  const stop = async () => {
    await child.stop(stopWithinMs);
    await watchdog.close();
  };
  try {
    await untilPostgresAnswers(superuserUrl(port, password), startWithinMs, () => false);
    await makeProvisioner(superuserUrl(port, password), password);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { provisionerUrl: provisionerUrl(port, password), superuserUrl: superuserUrl(port, password), port, stop };
}
