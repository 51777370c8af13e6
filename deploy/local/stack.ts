import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config.ts';
import { CannotStart } from './cannot-start.ts';
import { flagsOf } from './flags.ts';
import { endLeftovers, noteProcesses } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { freshLogs } from './logs.ts';
import { whenNpmIsGone } from './orphaned.js';
import { takenPorts } from './ports.ts';
import { portWishes, readSettings, type Settings } from './settings.ts';
import { startStack, stopOrder } from './stack-start.ts';
import { Supervisor } from './supervisor.ts';
import { Terminal } from './terminal.ts';
import { Watchdog } from './watchdog.ts';

/** Whoever presses Ctrl-C is promised 10 s in all. */
const stopWithinMs = 9_000;
const exitCodes = { failed: 1, badConfiguration: 78 };

const flags = flagsOf('npm start', { json: { type: 'boolean' } });
const terminal = new Terminal({ json: flags.json === true, began: Number(flags.began ?? Date.now()) });

try {
  await main(readSettings(process.env));
} catch (cause) {
  const forPeople = cause instanceof CannotStart || cause instanceof ConfigError;
  process.stderr.write(`${forPeople ? cause.message : String((cause as Error).stack)}\n`);
  process.exitCode = cause instanceof ConfigError ? exitCodes.badConfiguration : exitCodes.failed;
}
// What may still be going on, such as a build of Temporal, ends with this process.
process.exit();

async function main(settings: Settings): Promise<void> {
  makeFolders(settings.dir);
  const lock = takeLock(join(settings.dir, 'launcher.lock'));
  if (!lock.taken)
    throw new CannotStart(
      `The stack is running already, as process ${lock.holder.pid}. Stop it there with Ctrl-C, or: kill ${lock.holder.pid}`,
    );
  try {
    await endLeftovers(settings.dir, terminal.say);
    const taken = await takenPorts(portWishes(settings));
    if (taken.length) throw new CannotStart(taken.join('\n'));
    freshLogs(join(settings.dir, 'logs'));
    await run(settings);
  } finally {
    lock.release();
  }
}

/** PostgreSQL, which may run as another user, has to pass through the folder; nobody else reads what is in it. */
function makeFolders(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  for (const name of ['media', 'simulator', 'temporal']) {
    mkdirSync(join(dir, name), { recursive: true });
    chmodSync(join(dir, name), 0o700);
  }
}

async function run(settings: Settings): Promise<void> {
  const watchdog = new Watchdog(settings.dir);
  const supervisor = new Supervisor({
    watchdog,
    say: terminal.say,
    changed: (pids) => noteProcesses(settings.dir, pids),
  });
  const stopAsked = askedToStop();
  try {
    const failure = await Promise.race([
      startStack(settings, supervisor, terminal).then(() => stopAsked),
      stopAsked,
    ]).catch((cause: Error) => cause);
    if (failure) throw failure;
  } finally {
    terminal.say('Stopping …');
    await supervisor.stopAll(stopOrder, stopWithinMs);
    await watchdog.close();
    noteProcesses(settings.dir, {});
    terminal.say('Stopped; the data stay.');
  }
}

/** Resolves at the first Ctrl-C, SIGTERM, or when the terminal or npm goes away. */
function askedToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(undefined));
    whenNpmIsGone(() => resolve(undefined));
  });
}
