import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '../stack/eventually.ts';
import type { Holds } from './cached-worker.ts';
import { type Memory, measurable } from './memory.ts';

/** What the first ones cost is code, not workflows. */
const warmUp = 200;

/** A worker in a process of its own, of one of the files here, that is asked what it holds. */
export async function forkMeasured(file: string, env: Record<string, string>): Promise<ChildProcess> {
  const worker = fork(join(import.meta.dirname, file), {
    env,
    execArgv: measurable,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await answer(worker);
  return worker;
}

/**
 * How much the worker grows by each workflow that it caches.
 * @param start starts so many more of them
 */
export async function perWorkflow(
  worker: ChildProcess,
  workflows: number,
  start: (more: number) => Promise<void>,
): Promise<Memory> {
  const first = await grow(worker, warmUp, start);
  const all = await grow(worker, workflows, start);
  const each = (what: keyof Memory) => Math.round((all[what] - first[what]) / (all.cached - first.cached));
  return { heapBytes: each('heapBytes'), rssBytes: each('rssBytes') };
}

async function grow(worker: ChildProcess, upTo: number, start: (more: number) => Promise<void>): Promise<Holds> {
  await start(upTo - (await holds(worker)).cached);
  return eventually(
    async () => {
      const now = await holds(worker);
      return now.cached === upTo && now.busy === 0 && now;
    },
    { withinMs: 600_000, everyMs: 1_000, what: `${upTo} idle workflows` },
  );
}

async function holds(worker: ChildProcess): Promise<Holds> {
  worker.send('what do you hold?');
  return (await answer(worker)) as Holds;
}

/** @throws when the worker is gone */
async function answer(worker: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const gone = once(worker, 'exit', { signal }).then(() => {
    throw new Error('The worker that is measured has ended');
  });
  try {
    const [said] = await Promise.race([once(worker, 'message', { signal }), gone]);
    return said;
  } finally {
    gone.catch(() => undefined);
    over.abort();
  }
}
