import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { environments } from './environments.ts';
import { intakePublicKey } from './intake-key.ts';
import { localKeys } from './keys.ts';
import { apiPart, postgresPart, setupTask, simulatorPart, temporalPart, workerPart } from './parts.ts';
import { postgresPlace } from './postgres-place.ts';
import type { Settings } from './settings.ts';
import { simulatedPage } from './simulated-page.ts';
import type { Supervisor } from './supervisor.ts';
import { temporalCli } from './temporal-cli.ts';
import type { Terminal } from './terminal.ts';

/** Who is stopped after whom: the first need the last to end well. */
export const stopOrder = [
  ['api', 'worker', 'setup'],
  ['simulator', 'temporal', 'postgres'],
];

const demo = { email: 'demo@quixess.local', password: 'demo-quixess-social' };

/** Brings up everything, each part as soon as what it needs is there, and says where to look. */
export async function startStack(settings: Settings, supervisor: Supervisor, terminal: Terminal): Promise<void> {
  const { own, local, dir } = settings;
  const keys = localKeys(dir);
  const env = environments(settings, keys, await intakePublicKey(settings, keys['master-key']));

  const databases = async () => {
    if (own.postgres) {
      const place = postgresPlace(dir);
      if (place.moved) terminal.say(place.moved);
      await supervisor.start(postgresPart(settings, place, keys));
      terminal.say(`PostgreSQL serves on port ${local.POSTGRES_PORT}.`);
    }
    await supervisor.run(setupTask(settings, env));
    terminal.say('Databases and the demo tenant are there.');
  };
  const temporal = async () => {
    if (!own.temporal) return;
    const cli = await temporalCli({ env: settings.given, say: terminal.say });
    await supervisor.start(temporalPart(settings, cli));
    terminal.say(`Temporal serves on port ${local.TEMPORAL_PORT}, its Web UI on ${local.TEMPORAL_UI_PORT}.`);
  };
  const simulator = async () => {
    if (!own.simulator) return;
    await supervisor.start(simulatorPart(settings, env));
    terminal.say(`The Graph simulator serves on port ${local.SIMULATOR_PORT}.`);
  };
  await Promise.all([databases(), temporal(), simulator()]);
  await Promise.all([supervisor.start(workerPart(settings, env)), supervisor.start(apiPart(settings, env))]);

  const simulatorUrl = own.simulator ? `http://127.0.0.1:${local.SIMULATOR_PORT}` : undefined;
  const { PUBLIC_URL: api } = readConfig('api', env.api);
  terminal.ready({
    api,
    docs: `${api}/docs`,
    temporalUi: own.temporal ? `http://127.0.0.1:${local.TEMPORAL_UI_PORT}` : undefined,
    simulator: simulatorUrl,
    page: simulatorUrl && (await simulatedPage(simulatorUrl)),
    demo,
    logs: join(dir, 'logs'),
    pids: { launcher: process.pid, ...supervisor.pids },
  });
}
