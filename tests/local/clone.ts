import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../deploy/local/settings.ts';

/**
 * A copy of this clone as it is now, with what it needs installed (as hard links: 60 MB of PostgreSQL alone).
 * @param home the folder the clone lies in, and its mode
 */
export function cloneIn(home: string, mode: number): string {
  const clone = join(home, 'clone');
  mkdirSync(clone);
  const { stdout } = git('ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '-z');
  for (const file of stdout.split('\0').filter(Boolean)) {
    mkdirSync(join(clone, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(clone, file), { preserveTimestamps: true });
  }
  const linked = spawnSync('cp', ['-al', join(root, 'node_modules'), clone]);
  if (linked.status !== 0)
    cpSync(join(root, 'node_modules'), join(clone, 'node_modules'), { recursive: true, preserveTimestamps: true });
  chmodSync(home, mode);
  return clone;
}

const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
