import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from './pid.ts';

export interface PortWish {
  port: number;
  what: string;
  variable: string;
}

/** A sentence for each port that cannot be had: which, who has it as far as can be seen, and the variable that changes it. */
export async function takenPorts(wishes: PortWish[]): Promise<string[]> {
  const sentences = await Promise.all(wishes.map((wish, index) => refusal(wish, wishes.slice(0, index))));
  return sentences.filter((sentence) => sentence !== undefined);
}

async function refusal({ port, what, variable }: PortWish, earlier: PortWish[]): Promise<string | undefined> {
  const twin = earlier.find((wish) => wish.port === port);
  if (twin)
    return `Port ${port} is wanted twice, for ${twin.what} (${twin.variable}) and ${what} (${variable}): change one.`;
  const code = await listenError(port);
  if (!code) return undefined;
  const change = `choose another for ${what} with ${variable}=…`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: ${change}`;
  return `Port ${port} is taken by ${holderOf(port)}. Stop it, or ${change}`;
}

function listenError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

function holderOf(port: number): string {
  const pid = process.platform === 'linux' ? listenerPid(port) : undefined;
  return pid ? `process ${pid} (${commandOf(pid)?.slice(0, 100) ?? 'unknown'})` : 'another process';
}

/** Linux tells listening sockets by inode, and the open files of each process that is ours to see. */
function listenerPid(port: number): number | undefined {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(`/proc/net/${table}`, port)));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => openSockets(pid).some((inode) => sockets.has(inode)));
}

const listening = '0A';

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readOr('', () => readFileSync(table, 'utf8'))
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  return rows.flatMap(([, local, , state, , , , , , inode]) =>
    local?.endsWith(suffix) && state === listening && inode ? [inode] : [],
  );
}

function openSockets(pid: number): string[] {
  const files = readOr([], () => readdirSync(`/proc/${pid}/fd`));
  return files.flatMap((fd) => {
    const target = readOr('', () => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
}

// Processes come and go while they are looked at, and other users' are closed to us.
function readOr<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
