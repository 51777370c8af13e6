import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from './lock.ts';

/** Where binaries are kept for every clone of this user, so that each is fetched or built once a machine. */
export function cacheDir(env: Record<string, string | undefined> = process.env): string {
  return join(cacheRoot(env), 'quixess-social');
}

function cacheRoot(env: Record<string, string | undefined>): string {
  if (process.platform === 'win32') return env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}

/** The name under which what a file pins is kept: it changes with the file, and with the kind of machine. */
export function cacheName(what: string, pinnedBy: string): string {
  const hash = createHash('sha256').update(readFileSync(pinnedBy)).digest('hex').slice(0, 16);
  return `${what}-${hash}-${process.platform}-${process.arch}`;
}

/**
 * The cached file or folder, made first where it is missing: by one process at a time, and seen by others only when whole.
 * @param make writes to the path it is given
 */
export async function cached(
  path: string,
  make: (to: string) => Promise<void>,
  say: (line: string) => void,
): Promise<string> {
  if (existsSync(path)) return path;
  mkdirSync(join(path, '..'), { recursive: true });
  const release = await waitForLock(`${path}.lock`, ({ pid }) =>
    say(`Another process (pid ${pid}) is making ${path}.`),
  );
  // A name of its own: a build whose starter was killed may still be writing to the earlier one.
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    if (existsSync(path)) return path;
    rmSync(unfinished, { recursive: true, force: true });
    await make(unfinished);
    renameSync(unfinished, path);
    return path;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    release();
  }
}
