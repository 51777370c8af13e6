import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identity, signal } from './pid.ts';

interface Process {
  name: string;
  pid: number;
  identity: string | undefined;
}

const graceMs = 5_000;

/** Written down at every start of a process, for the case that launcher and watchdog are killed together. */
export function noteProcesses(dir: string, pids: Record<string, number>): void {
  const processes: Process[] = Object.entries(pids).map(([name, pid]) => ({ name, pid, identity: identity(pid) }));
  const unfinished = `${file(dir)}.unfinished`;
  writeFileSync(unfinished, JSON.stringify(processes), { mode: 0o600 });
  renameSync(unfinished, file(dir));
}

/** Ends what a killed start left running; only processes that are provably the ones it noted. */
export async function endLeftovers(dir: string, say: (line: string) => void): Promise<void> {
  const left = noted(dir).filter(lives);
  if (!left.length) return;
  say(
    `An earlier start was killed; ending what it left: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}.`,
  );
  for (const { name, pid } of left) signal(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  const killAt = Date.now() + graceMs;
  while (left.some(lives)) {
    if (Date.now() > killAt) for (const { pid } of left.filter(lives)) signal(pid, 'SIGKILL');
    await sleep(50);
  }
}

const file = (dir: string) => join(dir, 'processes.json');

const lives = ({ pid, identity: then }: Process) => then !== undefined && identity(pid) === then;

function noted(dir: string): Process[] {
  try {
    return JSON.parse(readFileSync(file(dir), 'utf8')) as Process[];
  } catch {
    // No file, or not whole: then there is nothing to go by, and the ports tell whether something is in the way.
    return [];
  }
}
