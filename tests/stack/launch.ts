import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../deploy/local/settings.ts';
import type { Ready } from '../../deploy/local/terminal.ts';
import { processes } from '../../deploy/variables.ts';
import { freePort } from './free-port.ts';

const ports = processes.local.filter((name) => name.endsWith('_PORT'));

/** The variables of a local stack that meets no other: free ports, and data in this folder. */
export async function ownStack(dir: string): Promise<Record<string, string>> {
  const free = await Promise.all(ports.map(async (name) => [name, String(await freePort())]));
  return { LOCAL_DIR: dir, ...Object.fromEntries(free) };
}

export interface Launched {
  process: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** What it printed when ready. @throws with what it said, when it ends before */
  ready: Promise<Ready>;
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs what `npm start -- --json` runs, or another script of deploy/local, in this clone or another; through npm itself if asked. */
export function launch(
  env: Record<string, string>,
  o: { script?: string; args?: string[]; clone?: string; npm?: boolean } = {},
): Launched {
  const cwd = o.clone ?? root;
  const script = join(cwd, 'deploy', 'local', o.script ?? 'start.js');
  const args = o.args ?? ['--json'];
  const [program, typed] = o.npm
    ? ['npm', ['start', '--silent', '--', ...args]]
    : [process.execPath, [script, ...args]];
  const child = spawn(program, typed, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) =>
    child.once('close', (code, signal) => resolve({ code, signal })).once('error', reject),
  );
  const ready = new Promise<Ready>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (/^\{.*\n/.test(stdout)) resolve(JSON.parse(stdout) as Ready);
    });
    exit.then(() => reject(new Error(`It ended before it was ready. It said:\n${stderr}`)), reject);
  });
  // Who waits for the end only need not wait for this too.
  ready.catch(() => undefined);
  return { process: child, stdout: () => stdout, stderr: () => stderr, ready, exit };
}

/** The processes that belong to a stack: those whose command line, environment or working folder names its folder. Linux only. */
export function processesOf(env: Record<string, string>): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const [command, environment] = [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)];
    const cwd = link(`/proc/${pid}/cwd`);
    const ofThisStack = [command, environment, cwd].some((text) => env.LOCAL_DIR && text.includes(env.LOCAL_DIR));
    return ofThisStack ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
  });
}

export function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

// Processes end while they are looked at.
function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
