import type { Worker } from '@temporalio/worker';
import { type Memory, memory } from './memory.ts';

export interface Holds extends Memory {
  cached: number;
  busy: number;
}

/** More than are ever cached in a measurement. */
export const maxCachedWorkflows = 5_000;

/** Runs a worker that says what it holds whenever its parent process asks, until that is gone. */
export async function runMeasured(worker: Worker): Promise<void> {
  process.on('message', async () => {
    const { numCachedWorkflows: cached, numInFlightWorkflowActivations, numInFlightActivities } = worker.getStatus();
    const busy = numInFlightWorkflowActivations + numInFlightActivities;
    process.send?.({ cached, busy, ...(await memory()) } satisfies Holds);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
  await worker.run();
}
