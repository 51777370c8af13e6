import { join } from 'node:path';
import { untilHealthy } from '../../deploy/local/healthy.ts';
import { nodeCommand } from '../../deploy/local/node-command.ts';
import { run } from '../../deploy/local/programs.ts';
import { untilTemporalServes } from '../../deploy/local/temporal-server.ts';
import type { Startable } from './processes.ts';
import { roomyTemporal } from './roomy-temporal.ts';
import { server } from './servers.ts';

const readyWithinMs = 180_000;

/** A dev server of one's own, its data in this folder. */
export function temporalIn(folder: string, ports: { temporal: number; temporalHttp: number }): Startable {
  const command = roomyTemporal({
    cli: server('temporalCli'),
    port: ports.temporal,
    httpPort: ports.temporalHttp,
    dataFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
  });
  return {
    command,
    ready: (gaveUp) => untilTemporalServes(ports.temporalHttp, readyWithinMs, gaveUp),
  };
}

/** One of our own processes, its log in this folder. */
export function mainIn(
  folder: string,
  o: { name: string; main: string; env: Record<string, string>; port: number },
): Startable {
  return {
    command: nodeCommand({ ...o, logFile: join(folder, `${o.name}.log`) }),
    ready: (gaveUp) => untilHealthy(`http://127.0.0.1:${o.port}/healthz`, readyWithinMs, gaveUp),
  };
}

/** Migrates, and makes the demo tenant. @throws with what the setup said */
export async function setUp(env: Record<string, string>): Promise<void> {
  const lines: string[] = [];
  const setup = nodeCommand({ name: 'setup', main: 'deploy/setup.ts', env, logFile: '' }, ['--demo']);
  const line = (text: string) => void lines.push(text);
  const ran = await run(setup.command, setup.args, { env: setup.env, line });
  if (!ran.ok) throw new Error(`The setup failed:\n${lines.join('\n')}`);
}
