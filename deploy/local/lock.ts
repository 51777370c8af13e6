import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identity } from './pid.ts';

export interface Holder {
  pid: number;
  identity: string;
}

export type Lock = { taken: true; release: () => void } | { taken: false; holder: Holder };

/** Takes the lock, or says who holds it. A file left behind by a process that is gone does not count. */
export function takeLock(path: string): Lock {
  const me: Holder = { pid: process.pid, identity: identity(process.pid) ?? '' };
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      if (placed(mine, path)) return { taken: true, release: () => rmSync(path, { force: true }) };
      const holder = lockHolder(path);
      if (holder) return { taken: false, holder };
      removeStale(path);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Who holds the lock now; undefined where nobody living does. */
export function lockHolder(path: string): Holder | undefined {
  const holder = read(path);
  return holder && identity(holder.pid) === holder.identity ? holder : undefined;
}

/** Waits for the lock as long as its holder lives. */
export async function waitForLock(path: string, waiting: (holder: Holder) => void): Promise<() => void> {
  let told = false;
  for (;;) {
    const lock = takeLock(path);
    if (lock.taken) return lock.release;
    if (!told) waiting(lock.holder);
    told = true;
    await sleep(250);
  }
}

// A link is made or refused as a whole, so that nobody ever sees a lock without its holder's name in it.
function placed(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

// Renamed first: of two processes that find the same stale file only one gets it, and neither removes a fresh one.
function removeStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  const moved = read(aside);
  if (moved && identity(moved.pid) === moved.identity) placed(aside, path);
  rmSync(aside, { force: true });
}

function read(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, identity } = value as Partial<Holder>;
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}
