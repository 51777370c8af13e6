import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

const lookEveryMs = 250;
const withinMs = 600_000;

export interface Span {
  ended: number;
  ms: number;
}

/** Waits until so many workflows of a type have ended. */
export async function untilEnded(client: Client, type: string, workflows: number): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const { count } = await client.workflow.count(`WorkflowType = "${type}" AND ExecutionStatus = "Completed"`);
    if (count >= workflows) return;
    if (performance.now() > deadlineMs)
      throw new Error(`${count} of ${workflows} workflows have ended, and time is up`);
    await sleep(lookEveryMs);
  }
}

/**
 * In which time workflows end that were all waiting for a worker: from the first task of any of them, so that the start of a worker does not
 * count, to the end of the last. They go on side by side: when the first one ends the others are nearly done too.
 */
export function spanOf(histories: readonly History[]): Span {
  const began = histories.map(({ events }) => atMs(events?.find((one) => one.workflowTaskStartedEventAttributes)));
  const ended = histories.map(({ events }) => atMs(events?.at(-1)));
  return { ended: histories.length, ms: Math.max(...ended) - Math.min(...began) };
}

const atMs = (event?: temporal.api.history.v1.IHistoryEvent | null) => {
  if (!event?.eventTime) throw new Error('A history is not whole');
  return tsToMs(event.eventTime);
};
