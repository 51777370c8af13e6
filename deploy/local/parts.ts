import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environments } from './environments.ts';
import { untilHealthy } from './healthy.ts';
import type { Key, KeyName } from './keys.ts';
import { nodeCommand } from './node-command.ts';
import type { Part, Task } from './part.ts';
import { makeCluster, makeProvisioner, postgresCommand, superuserUrl, untilPostgresAnswers } from './postgres.ts';
import { endPostgresLeftovers } from './postgres-leftovers.ts';
import type { PostgresPlace } from './postgres-place.ts';
import type { Settings } from './settings.ts';
import { temporalCommand, temporalVersion, untilTemporalServes } from './temporal-server.ts';

const readyWithinMs = 60_000;
/** Two processes of up to 40 tenant connections each, their control pools, and setup. */
const maxConnections = 120;

const logFile = ({ dir }: Settings, name: string) => join(dir, 'logs', `${name}.log`);

export function postgresPart(settings: Settings, place: PostgresPlace, keys: Record<KeyName, Key>): Part {
  const port = settings.local.POSTGRES_PORT;
  const superuser = superuserUrl(port, keys['postgres-superuser'].value);
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    command: async () => {
      await endPostgresLeftovers(place.data);
      await makeCluster(place, keys['postgres-superuser'].value);
      return postgresCommand(place, { port, logFile: logFile(settings, 'postgres'), durable: true, maxConnections });
    },
    ready: async (gaveUp) => {
      await untilPostgresAnswers(superuser, readyWithinMs, gaveUp);
      await makeProvisioner(superuser, keys['postgres-provisioner'].value);
    },
  };
}

export function temporalPart(settings: Settings, cli: string): Part {
  const { TEMPORAL_PORT: port, TEMPORAL_UI_PORT: uiPort } = settings.local;
  const folder = join(settings.dir, 'temporal');
  return {
    name: 'temporal',
    title: 'Temporal',
    command: async () => {
      mkdirSync(folder, { recursive: true });
      // The dev server lays down its schema in a new file only, so each version has a file of its own.
      const dataFile = join(folder, `${await temporalVersion(cli)}.db`);
      return temporalCommand({ cli, port, uiPort, dataFile, logFile: logFile(settings, 'temporal') });
    },
    ready: (gaveUp) => untilTemporalServes(uiPort, readyWithinMs, gaveUp),
  };
}

export const simulatorPart = (settings: Settings, env: Environments): Part =>
  nodePart(settings, {
    name: 'simulator',
    title: 'Graph simulator',
    main: 'simulator/main.ts',
    env: env.simulator,
    port: settings.local.SIMULATOR_PORT,
  });

export const workerPart = (settings: Settings, env: Environments): Part =>
  nodePart(settings, {
    name: 'worker',
    title: 'Worker',
    main: 'workers/main.ts',
    env: env.worker,
    port: settings.local.WORKER_PORT,
  });

export const apiPart = (settings: Settings, env: Environments): Part =>
  nodePart(settings, { name: 'api', title: 'API', main: 'api/main.ts', env: env.api, port: settings.local.API_PORT });

export const setupTask = (settings: Settings, env: Environments): Task => ({
  name: 'setup',
  title: 'Setting up the databases',
  command: () => node(settings, { name: 'setup', main: 'deploy/setup.ts', env: env.setup }, ['--demo']),
});

interface NodeProcess {
  name: string;
  title: string;
  main: string;
  env: Record<string, string>;
  port: number;
}

const nodePart = (settings: Settings, what: NodeProcess): Part => ({
  name: what.name,
  title: what.title,
  command: () => node(settings, what, []),
  ready: (gaveUp) => untilHealthy(`http://127.0.0.1:${what.port}/healthz`, readyWithinMs, gaveUp),
});

const node = (settings: Settings, what: Pick<NodeProcess, 'name' | 'main' | 'env'>, args: string[]) =>
  nodeCommand({ ...what, logFile: logFile(settings, what.name) }, args);
