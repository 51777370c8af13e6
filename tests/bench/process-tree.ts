import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  /** CPU time of its own and of the children it has waited for, so that nothing is lost when one ends. */
  ticks: number;
}

/** A process and all its descendants. Linux only. */
export function processTree(pid: number): Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (stat(Number(name)) ?? []) : []));
  const tree = all.filter((process) => process.pid === pid);
  // Grows while it is walked: children of children come in at the end.
  for (const { pid: parent } of tree) tree.push(...all.filter((process) => process.parent === parent));
  return tree;
}

function stat(pid: number): Process | undefined {
  const text = readOr('', `/proc/${pid}/stat`);
  const [, parent, , , , , , , , , , user, system, childUser, childSystem] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (parent === undefined) return undefined;
  return { pid, parent, ticks: (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0) };
}

/** Memory in KiB in which a page that several processes share counts once in all. */
export const pssKiB = (pid: number) => Number(/^Pss:\s+(\d+)/m.exec(readOr('', `/proc/${pid}/smaps_rollup`))?.[1] ?? 0);

export const ticksPerSecond = () => Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;

export const nameOf = (pid: number) => readOr('', `/proc/${pid}/cmdline`).split('\0').slice(0, 3).join(' ');

// A process may end while it is looked at.
function readOr(otherwise: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
