import { join } from 'node:path';
import { ConfigError, readConfig } from '../config.ts';
import { processes } from '../variables.ts';
import { plainEnv } from './child.ts';
import type { Key, KeyName } from './keys.ts';
import { provisionerUrl } from './postgres.ts';
import type { Settings } from './settings.ts';

type Env = Record<string, string>;

export interface Environments {
  api: Env;
  worker: Env;
  setup: Env;
  ops: Env;
  simulator: Env;
}

/**
 * glibc keeps what was freed for bursts that are as large again, an arena for every thread; V8 keeps a nursery of 48 MB a thread. A worker
 * with thousands of cached workflows gives both back to the machine instead.
 */
const givingBack = {
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_ARENA_MAX: '2',
  NODE_OPTIONS: '--max-semi-space-size=16',
};
const controlDatabase = 'quixess_control';
const simulatedAppId = '1234567890123456';

/**
 * The environment of each process: what was given, else what this stack made; and of that only what the process is to see.
 * @throws ConfigError naming the variable
 */
export function environments(settings: Settings, keys: Record<KeyName, Key>, intakePublicKey: string): Environments {
  const all = { ...madeHere(settings, keys, intakePublicKey), ...said(settings.given) };
  const simulator = {
    ...plainEnv(),
    SIMULATOR_PORT: String(settings.local.SIMULATOR_PORT),
    SIMULATOR_DIR: join(settings.dir, 'simulator'),
    SIMULATOR_APP_ID: all.META_APP_ID ?? simulatedAppId,
    SIMULATOR_APP_SECRET: all.META_APP_SECRET ?? keys['meta-app-secret'].value,
    ...(all.LOG_LEVEL && { LOG_LEVEL: all.LOG_LEVEL }),
  };
  refuseWrong(all);
  return {
    api: envOf('api', all),
    worker: { ...givingBack, ...envOf('worker', all) },
    setup: envOf('setup', all),
    ops: envOf('ops', all),
    simulator,
  };
}

function madeHere(settings: Settings, keys: Record<KeyName, Key>, intakePublicKey: string): Env {
  const { local, dir, given, own } = settings;
  const server = given.DATABASE_URL || provisionerUrl(local.POSTGRES_PORT, keys['postgres-provisioner'].value);
  const made: Env = {
    DATABASE_URL: server,
    API_DATABASE_URL: controlAs(server, 'quixess_api', keys['postgres-api'].value),
    WORKER_DATABASE_URL: controlAs(server, 'quixess_worker', keys['postgres-worker'].value),
    TEMPORAL_ADDRESS: `127.0.0.1:${local.TEMPORAL_PORT}`,
    PUBLIC_URL: `http://127.0.0.1:${local.API_PORT}`,
    API_PORT: String(local.API_PORT),
    WORKER_PORT: String(local.WORKER_PORT),
    MEDIA_DIR: join(dir, 'media'),
    MASTER_KEY_FILE: keys['master-key'].file,
    CATALOGUE_KEY_FILE: keys['catalogue-key'].file,
    ROUTE_KEY_FILE: keys['route-key'].file,
    MEDIA_URL_KEY_FILE: keys['media-url-key'].file,
    INTAKE_PUBLIC_KEY: intakePublicKey,
  };
  const simulator = `http://127.0.0.1:${local.SIMULATOR_PORT}`;
  if (own.simulator)
    Object.assign(made, {
      META_GRAPH_URL: simulator,
      META_DIALOG_URL: simulator,
      META_APP_ID: simulatedAppId,
      META_APP_SECRET: keys['meta-app-secret'].value,
    });
  return withoutGiven(made, given);
}

// A value may come itself or in a file: where one of the two was said, the other must not be made.
function withoutGiven(made: Env, given: Settings['given']): Env {
  const base = (name: string) => name.replace(/_FILE$/, '');
  return Object.fromEntries(
    Object.entries(made).filter(([name]) => !given[base(name)] && !given[`${base(name)}_FILE`]),
  );
}

const said = (given: Settings['given']): Env =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => Boolean(entry[1])));

function controlAs(server: string, login: string, password: string): string {
  if (!URL.canParse(server)) return server;
  const url = new URL(server);
  Object.assign(url, { username: login, password, pathname: `/${controlDatabase}` });
  return url.href;
}

/** Every wrong variable of every process in one go: the one that is said to be missing may follow from another. */
function refuseWrong(all: Env): void {
  const problems = new Set<string>();
  for (const name of ['setup', 'worker', 'api'] as const)
    try {
      readConfig(name, all);
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      for (const problem of cause.problems) problems.add(problem);
    }
  if (problems.size) throw new ConfigError([...problems]);
}

function envOf(name: Exclude<keyof Environments, 'simulator'>, all: Env): Env {
  const names = processes[name].flatMap((variable) => [variable, `${variable}_FILE`]);
  return {
    ...plainEnv(),
    ...Object.fromEntries(names.flatMap((variable) => (all[variable] ? [[variable, all[variable]]] : []))),
  };
}
