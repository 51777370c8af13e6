import { setTimeout as sleep } from 'node:timers/promises';
import { withLocalStack, withOwnData } from './local-stack.ts';
import { nameOf, processTree, pssKiB, ticksPerSecond } from './process-tree.ts';
import type { Bench } from './run.ts';

/** What comes up does more at first than it will ever again. */
const settleMs = 15_000;
const measureMs = 60_000;

/**
 * The whole local stack, launcher and watchdog included, while nobody uses it: memory (PSS) and processor over a minute.
 * It is started twice, since the first start of all compiles.
 */
export const bench: Bench = (say) =>
  withOwnData(async (env) => {
    await withLocalStack(env, async ({ readyMs }) => say(`First start: ready after ${readyMs} ms.`));
    return withLocalStack(env, async ({ pids }) => {
      const launcher = pids.launcher ?? 0;
      say(`Waiting ${settleMs / 1000} s, then measuring for ${measureMs / 1000} s …`);
      await sleep(settleMs);
      const before = ticks(launcher);
      const began = performance.now();
      await sleep(measureMs);
      const cpuSeconds = (ticks(launcher) - before) / ticksPerSecond();
      const seconds = (performance.now() - began) / 1000;
      const processes = processTree(launcher).map(({ pid }) => ({ name: nameOf(pid), kiB: pssKiB(pid) }));
      for (const { name, kiB } of processes) say(`${(kiB / 1024).toFixed(1).padStart(7)} MiB  ${name}`);
      return {
        rssMiB: Math.round(processes.reduce((sum, { kiB }) => sum + kiB, 0) / 1024),
        cpuPercent: Number(((cpuSeconds / seconds) * 100).toFixed(2)),
        processes: processes.length,
      };
    });
  });

const ticks = (root: number) => processTree(root).reduce((sum, process) => sum + process.ticks, 0);
