import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './child.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compiled code is kept here, stripped TypeScript too: the next start is faster, and a process takes some 20 MB less. */
export const compileCache = join(root, 'node_modules', '.cache', 'quixess-social');

/** One of our own programs, under the Node that runs this. */
export function nodeCommand(
  o: { name: string; main: string; env: Record<string, string>; logFile: string },
  args: string[] = [],
): Command {
  return {
    name: o.name,
    command: process.execPath,
    args: [join(root, o.main), ...args],
    env: { ...o.env, NODE_COMPILE_CACHE: compileCache },
    cwd: root,
    logFile: o.logFile,
  };
}
