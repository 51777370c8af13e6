import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Child, startChild } from '../../deploy/local/child.ts';
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
import { untilTemporalServes } from '../../deploy/local/temporal-server.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { freePort } from './free-port.ts';
import { roomyTemporal } from './roomy-temporal.ts';
import { type S3Program, s3Program } from './s3-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The login that makes databases and roles; no superuser. */
    provisionerUrl: string;
    superuserUrl: string;
    temporalAddress: string;
    temporalCli: string;
    s3Program: S3Program;
  }
}

const startWithinMs = 120_000;
const stopWithinMs = 5_000;

type Provider = Pick<TestProject, 'provide'>;

interface Place {
  folder: string;
  watchdog: Watchdog;
}

interface Wishes {
  /** What PostgreSQL is to load besides. */
  library?: string;
}

/** One PostgreSQL and one Temporal for all test files; each file takes databases and a namespace of its own. */
export default async function setup(project: Provider, wishes: Wishes = {}): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-tests-'));
  const place = { folder, watchdog: new Watchdog(folder) };
  // PostgreSQL's user must get through.
  chmodSync(folder, 0o755);
  place.watchdog.remove(folder);
  // Before any test: what is built on the side would take the processor from those that measure time.
  project.provide('s3Program', await s3Program((line) => console.error(line)));
  const parts = await Promise.allSettled([startPostgres(project, place, wishes), startTemporal(project, place)]);
  const teardown = async () => {
    await Promise.all(parts.map((part) => part.status === 'fulfilled' && part.value.stop(stopWithinMs)));
    await place.watchdog.close();
  };
  const failed = parts.find((part) => part.status === 'rejected');
  if (!failed) return teardown;
  await teardown();
  throw failed.reason;
}

async function startPostgres(project: Provider, { folder, watchdog }: Place, { library }: Wishes): Promise<Child> {
  const password = randomBytes(16).toString('hex');
  const [port, logFile, data] = [await freePort(), join(folder, 'postgres.log'), postgresPlace(folder)];
  await makeCluster(data, password);
  const command = postgresCommand(data, { port, logFile, durable: false, maxConnections: 300, library });
  const child = await startChild(command, watchdog);
  await serving(child, logFile, (gaveUp) => untilPostgresAnswers(superuserUrl(port, password), startWithinMs, gaveUp));
  await makeProvisioner(superuserUrl(port, password), password);
  project.provide('superuserUrl', superuserUrl(port, password));
  project.provide('provisionerUrl', provisionerUrl(port, password));
  return child;
}

async function startTemporal(project: Provider, { folder, watchdog }: Place): Promise<Child> {
  const cli = await temporalCli({ env: process.env, say: (line) => console.error(line) });
  const [port, httpPort, logFile] = [await freePort(), await freePort(), join(folder, 'temporal.log')];
  const dataFile = join(folder, 'temporal.db');
  const child = await startChild(roomyTemporal({ cli, port, httpPort, dataFile, logFile }), watchdog);
  await serving(child, logFile, (gaveUp) => untilTemporalServes(httpPort, startWithinMs, gaveUp));
  project.provide('temporalAddress', `127.0.0.1:${port}`);
  project.provide('temporalCli', cli);
  return child;
}

async function serving(child: Child, logFile: string, ready: (gaveUp: () => boolean) => Promise<void>): Promise<void> {
  let ended = false;
  void child.ended.then(() => {
    ended = true;
  });
  try {
    await ready(() => ended);
  } catch (cause) {
    await child.stop(stopWithinMs);
    throw new Error(`${child.name} does not serve. Its log:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`, {
      cause,
    });
  }
}
