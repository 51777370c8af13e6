import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  makeCluster,
  makeProvisioner,
  postgresCommand,
  provisionerUrl,
  superuserUrl,
  untilPostgresAnswers,
} from '../../deploy/local/postgres.ts';
import { postgresPlace } from '../../deploy/local/postgres-place.ts';
import { temporalCli } from '../../deploy/local/temporal-cli.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { freePort } from '../stack/free-port.ts';
import { Processes } from '../stack/processes.ts';
import { useServers } from '../stack/servers.ts';
import { type Stack, startStack } from '../stack/stack.ts';

/** A witness that waits two minutes for Meta waits two seconds and a half here. */
export const witnessFactor = 0.02;

const startWithinMs = 60_000;
const maxConnections = 150;

/** The whole product with servers of its own, each of which can be killed. */
export interface Place {
  stack: Stack;
  postgres: Processes<'postgres'>;
  superuserUrl: string;
  stop(): Promise<void>;
}

export async function startPlace(say: (line: string) => void): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-faults-'));
  // PostgreSQL's user must get through.
  chmodSync(folder, 0o755);
  const watchdog = new Watchdog(folder);
  watchdog.remove(folder);
  const cluster = await ownPostgres(folder, watchdog);
  const stop = async () => {
    await cluster.postgres.stopAll([]);
    await watchdog.close();
  };
  try {
    useServers({
      provisionerUrl: cluster.provisionerUrl,
      temporalCli: await temporalCli({ env: process.env, say }),
      temporalAddress: '',
    });
    const env = {
      WITNESS_DELAY_FACTOR: String(witnessFactor),
      TENANT_POOL_CONNECTIONS: '10',
      LOG_LEVEL: 'warn',
    };
    // Nothing is awaited since those servers were named: places are opened side by side.
    const stack = await startStack({ temporal: 'own', env });
    return {
      stack,
      postgres: cluster.postgres,
      superuserUrl: cluster.superuserUrl,
      stop: async () => {
        await stack.stop();
        await stop();
      },
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function ownPostgres(folder: string, watchdog: Watchdog) {
  const [port, data] = [await freePort(), postgresPlace(folder)];
  const password = randomBytes(16).toString('hex');
  await makeCluster(data, password);
  const logFile = join(folder, 'postgres.log');
  const command = postgresCommand(data, { port, logFile, durable: false, maxConnections });
  // What is committed survives a crash of the server, if not of the machine.
  const args = [...command.args, '-c', 'synchronous_commit=on', '-c', 'full_page_writes=on', '-c', 'jit=off'];
  const urls = { superuserUrl: superuserUrl(port, password), provisionerUrl: provisionerUrl(port, password) };
  const postgres = new Processes<'postgres'>(watchdog, {
    postgres: {
      command: { ...command, args },
      ready: (gaveUp) => untilPostgresAnswers(urls.superuserUrl, startWithinMs, gaveUp),
    },
  });
  await postgres.start('postgres');
  await makeProvisioner(urls.superuserUrl, password);
  return { postgres, ...urls };
}
