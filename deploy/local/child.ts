import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Watchdog } from './watchdog.ts';

/** How to start one process of the stack. Its environment is what is said here, never inherited. */
export interface Command {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  logFile: string;
  cwd?: string;
  user?: { uid: number; gid: number };
  /** The polite way to end it. */
  stopSignal?: NodeJS.Signals;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly ended: Promise<Ended>;
  /** Asks politely, and after the grace kills. */
  stop(graceMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** What a child may inherit: where programs and the home are, no secret of ours. */
export function plainEnv(env: Record<string, string | undefined> = process.env): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot', 'LOCALAPPDATA', 'TEMP'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/**
 * Starts a process as the leader of a group of its own, so that a Ctrl-C in the terminal does not reach it and the order of stopping is ours.
 * @throws where the program cannot be started at all
 */
export async function startChild(what: Command, watchdog: Watchdog): Promise<Child> {
  mkdirSync(dirname(what.logFile), { recursive: true });
  const log = openSync(what.logFile, 'a', 0o600);
  const child = spawn(what.command, what.args, {
    env: what.env,
    stdio: ['ignore', log, log],
    detached: process.platform !== 'win32',
    ...(what.cwd && { cwd: what.cwd }),
    ...what.user,
  });
  closeSync(log);
  const pid = await started(child);
  const stopSignal = what.stopSignal ?? 'SIGTERM';
  watchdog.watch(pid, stopSignal);
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => {
      watchdog.forget(pid);
      resolve({ code, signal });
    });
  });
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return {
    name: what.name,
    pid,
    logFile: what.logFile,
    ended,
    kill,
    stop: (graceMs) => stop(child, ended, stopSignal, graceMs),
  };
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid as number));
  });
}

async function stop(child: ChildProcess, ended: Promise<Ended>, signal: NodeJS.Signals, graceMs: number) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const tooLong = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(tooLong);
}
