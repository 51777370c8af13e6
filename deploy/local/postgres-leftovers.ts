import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, signal } from './pid.ts';

const usualGraceMs = 5_000;

/**
 * Makes way for a start after a kill. A server that still runs on these data, from a start whose launcher was killed, is
 * ended; the processes of a server that was killed itself are waited for, since a new one refuses to start beside them.
 * A pid file whose number belongs to another process now would stop the server: it is removed.
 */
export async function endPostgresLeftovers(data: string, graceMs = usualGraceMs): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const server = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
  const left = () => [...(server && commandOf(server)?.includes(data) ? [server] : []), ...workingIn(data)];
  if (server && left().includes(server)) signal(server, 'SIGINT');
  const killAt = Date.now() + graceMs;
  for (let pids = left(); pids.length; pids = left()) {
    if (Date.now() > killAt) for (const pid of pids) signal(pid, 'SIGKILL');
    await sleep(50);
  }
  rmSync(file, { force: true });
}

/** Every process of a PostgreSQL server works in its data folder. Where there is no /proc, none is found. */
function workingIn(data: string): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => folderOf(pid) === data);
}

// Processes end while they are looked at, and other users' are closed to us.
function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
