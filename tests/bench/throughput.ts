import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

const lookEveryMs = 250;
const withinMs = 600_000;

export interface Span {
  ended: number;
  ms: number;
}

/**
 * How many workflows of a type end in which time while all of them are waiting for a worker: what lies between the first and the last that are
 * seen to have ended, so that neither the start of a worker nor that of the measurement counts.
 * @param before how many of this type had ended before
 */
export async function throughput(client: Client, type: string, workflows: number, before: number): Promise<Span> {
  const deadlineMs = performance.now() + withinMs;
  const ended = async () => {
    const { count } = await client.workflow.count(`WorkflowType = "${type}" AND ExecutionStatus = "Completed"`);
    return { count: count - before, atMs: performance.now() };
  };
  let first: Awaited<ReturnType<typeof ended>> | undefined;
  for (;;) {
    const now = await ended();
    if (now.count >= workflows) {
      if (!first || now.atMs === first.atMs) throw new Error('Too few workflows to tell how many end in a second');
      return { ended: now.count - first.count, ms: now.atMs - first.atMs };
    }
    if (now.count > 0) first ??= now;
    if (now.atMs > deadlineMs) throw new Error(`${now.count} of ${workflows} workflows have ended, and time is up`);
    await sleep(lookEveryMs);
  }
}
