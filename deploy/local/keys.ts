import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const key = () => randomBytes(32).toString('base64');
const password = () => randomBytes(24).toString('hex');

const made = {
  'master-key': key,
  'catalogue-key': key,
  'route-key': key,
  'media-url-key': key,
  'postgres-superuser': password,
  'postgres-provisioner': password,
  'postgres-api': password,
  'postgres-worker': password,
  'meta-app-secret': () => randomBytes(16).toString('hex'),
} as const;

export type KeyName = keyof typeof made;

export interface Key {
  file: string;
  value: string;
}

/** The keys and passwords of this local stack: made on the first run, readable by their owner only, and kept. */
export function localKeys(dir: string): Record<KeyName, Key> {
  const folder = join(dir, 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = Object.keys(made) as KeyName[];
  return Object.fromEntries(names.map((name) => [name, keep(join(folder, name), made[name])])) as Record<KeyName, Key>;
}

// Linked into place when whole, so that a kill in the middle of a first run leaves no half of a key.
function keep(file: string, make: () => string): Key {
  const value = read(file);
  if (value) return { file, value };
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${make()}\n`, { mode: 0o600 });
  linkSync(unfinished, file);
  rmSync(unfinished);
  return { file, value: readFileSync(file, 'utf8').trim() };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
