import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environments, environments } from '../../deploy/local/environments.ts';
import { localKeys } from '../../deploy/local/keys.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { type FreshControl, freshControl } from './database.ts';
import { freePort } from './free-port.ts';
import { HttpClient } from './http.ts';
import { mistakesIn } from './mistakes.ts';
import { freshNamespace } from './namespace.ts';
import { Processes, type Startable } from './processes.ts';
import { server } from './servers.ts';
import { SimulatorAdmin } from './simulator.ts';
import { mainIn, setUp, temporalIn } from './startables.ts';

export type ProcessName = 'temporal' | 'simulator' | 'worker' | 'second-worker' | 'api';

export interface StackOptions {
  /** A Temporal of its own can be stopped and started; the shared one gives a fresh namespace. */
  temporal?: 'shared' | 'own';
  /** Variables of the configuration that this stack should have. */
  env?: Record<string, string>;
  /** What to start; all by default but a second worker. The rest can be started later by name. */
  start?: ProcessName[];
}

export interface Stack {
  processes: Processes<ProcessName>;
  simulator: SimulatorAdmin;
  /** Logged in as the demo member, where the API was started. */
  member: HttpClient;
  control: FreshControl;
  temporal: { address: string; namespace: string };
  urls: { api: string; worker: string; simulator: string };
  /** What each process of it has in its environment. */
  env: Environments;
  /** A second caller, not logged in. */
  stranger(): HttpClient;
  /** @throws where a process of ours has logged what only a mistake in the code explains */
  stop(): Promise<void>;
}

const ours = ['worker', 'second-worker', 'api'] as const;

const demo = { email: 'demo@quixess.local', password: 'demo-quixess-social' };

/** The whole product as its own OS processes on free ports, with a fresh control database and the demo tenant. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-stack-'));
  chmodSync(folder, 0o755);
  const watchdog = new Watchdog(folder);
  watchdog.remove(folder);
  const control = await freshControl();
  const ports = await freePorts();
  const temporal =
    options.temporal === 'own'
      ? { address: `127.0.0.1:${ports.temporal}`, namespace: 'default' }
      : { address: server('temporalAddress'), namespace: await freshNamespace(server('temporalAddress')) };
  const env = envOf(folder, ports, control, temporal, options.env ?? {});

  const main = (name: 'simulator' | 'worker' | 'api', file: string) =>
    mainIn(folder, { name, main: file, env: env[name], port: ports[name] });
  const second = { ...env.worker, WORKER_PORT: String(ports['second-worker']) };
  const startable: Partial<Record<ProcessName, Startable>> = {
    ...(options.temporal === 'own' && { temporal: temporalIn(folder, ports) }),
    simulator: main('simulator', 'simulator/main.ts'),
    worker: main('worker', 'workers/main.ts'),
    'second-worker': mainIn(folder, {
      ...{ name: 'second-worker', main: 'workers/main.ts' },
      ...{ env: second, port: ports['second-worker'] },
    }),
    api: main('api', 'api/main.ts'),
  };
  const processes = new Processes<ProcessName>(watchdog, startable);
  const end = async () => {
    await processes.stopAll(['temporal', 'simulator']);
    const mistakes = ours.flatMap((name) => mistakesIn(processes.log(name)));
    await control.close();
    await watchdog.close();
    return mistakes;
  };
  const wanted = (name: ProcessName) => startable[name] && (options.start?.includes(name) ?? name !== 'second-worker');
  const start = async (...names: ProcessName[]) =>
    void (await Promise.all(names.filter(wanted).map((name) => processes.start(name))));
  const urls = urlsOf(ports);
  const member = new HttpClient(urls.api);
  try {
    await Promise.all([start('temporal', 'simulator'), setUp(env.setup)]);
    await start('worker', 'second-worker', 'api');
    if (wanted('api')) await member.logIn(demo.email, demo.password);
  } catch (cause) {
    await end();
    throw cause;
  }
  const stop = async () => {
    const mistakes = await end();
    if (mistakes.length) throw new Error(`Mistakes of ours, which retries have hidden:\n${mistakes.join('\n')}`);
  };
  const simulator = new SimulatorAdmin(urls.simulator);
  return { processes, simulator, member, control, temporal, urls, env, stranger: () => new HttpClient(urls.api), stop };
}

type Ports = Record<ProcessName | 'temporalHttp', number>;

async function freePorts(): Promise<Ports> {
  const names = ['temporal', 'temporalHttp', 'simulator', 'worker', 'second-worker', 'api'] as const;
  const ports = await Promise.all(names.map(async (name) => [name, await freePort()] as const));
  return Object.fromEntries(ports) as Ports;
}

const urlsOf = (ports: Ports) => ({
  api: `http://127.0.0.1:${ports.api}`,
  worker: `http://127.0.0.1:${ports.worker}`,
  simulator: `http://127.0.0.1:${ports.simulator}`,
});

function envOf(
  dir: string,
  ports: Ports,
  control: FreshControl,
  temporal: Stack['temporal'],
  extra: Record<string, string>,
): Environments {
  const given = {
    DATABASE_URL: control.provisionerUrl,
    API_DATABASE_URL: control.apiUrl,
    WORKER_DATABASE_URL: control.workerUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MASTER_KEY: control.masterKey,
    CATALOGUE_KEY: control.catalogueKey,
    ROUTE_KEY: control.routeKey,
    MEDIA_URL_KEY: control.mediaUrlKey,
    // One member waits for many facts at once here.
    REQUESTS_PER_MINUTE: '1000000',
    TENANT_REQUESTS_PER_MINUTE: '1000000',
    ...extra,
  };
  const local = {
    LOCAL_DIR: dir,
    API_PORT: ports.api,
    WORKER_PORT: ports.worker,
    SIMULATOR_PORT: ports.simulator,
    POSTGRES_PORT: 0,
    TEMPORAL_PORT: ports.temporal,
    TEMPORAL_UI_PORT: 0,
  };
  const own = { postgres: false, temporal: false, simulator: true };
  return environments({ dir, given, local, own }, localKeys(dir), control.intakePublicKey);
}
