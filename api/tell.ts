import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { markSent } from '../db/control/workflows/mark-sent.ts';
import { parseId } from '../workflows/ids.ts';
import { nudge } from '../workflows/nudge.ts';
import type { Change } from './http/answer.ts';
import { describeError } from './http/errors.ts';
import type { Parts } from './parts.ts';

const NUDGE_MAX_MS = 2_000;
const REPEAT_AFTER_MS = 200;

/**
 * Tells the workflows that their rows have changed, and notes that they were told. Where Temporal does not answer in time nothing is lost:
 * the relay finds the entry unsent and tells them again.
 */
export async function tell(parts: Parts, changes: readonly Change[]): Promise<void> {
  await Promise.all(changes.map((change) => tellOne(parts, change)));
}

async function tellOne({ temporal, control, log }: Parts, { workflow, revision }: Change): Promise<void> {
  try {
    await nudgeInTime(temporal, workflow);
    await markSent(control, workflow, revision);
  } catch (error) {
    const kind = parseId(workflow)?.kind;
    log.warn({ kind, ...describeError(error) }, 'nudge not delivered; the relay repeats it');
  }
}

/** @throws what the last attempt threw */
async function nudgeInTime(temporal: Client, workflow: string): Promise<void> {
  const deadlineMs = Date.now() + NUDGE_MAX_MS;
  for (;;) {
    try {
      return await temporal.withDeadline(deadlineMs, () => nudge(temporal, workflow));
    } catch (error) {
      if (Date.now() + REPEAT_AFTER_MS > deadlineMs) throw error;
      await sleep(REPEAT_AFTER_MS);
    }
  }
}
