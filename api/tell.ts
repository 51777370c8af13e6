import { markSent } from '../db/control/workflows/mark-sent.ts';
import { parseId } from '../workflows/ids.ts';
import { nudge } from '../workflows/nudge.ts';
import type { Change } from './http/answer.ts';
import type { Parts } from './parts.ts';

const NUDGE_MAX_MS = 2_000;

/**
 * Tells the workflows that their rows have changed, and notes that they were told. Where Temporal does not answer in time nothing is lost:
 * the relay finds the entry unsent and tells them again.
 */
export async function tell({ temporal, control, log }: Parts, changes: readonly Change[]): Promise<void> {
  await Promise.all(
    changes.map(async ({ workflow, revision }) => {
      try {
        await within(NUDGE_MAX_MS, () =>
          temporal.withDeadline(Date.now() + NUDGE_MAX_MS, () => nudge(temporal, workflow)),
        );
        await markSent(control, workflow, revision);
      } catch (error) {
        log.warn(
          { kind: parseId(workflow)?.kind, error: (error as Error).name },
          'nudge not delivered; the relay repeats it',
        );
      }
    }),
  );
}

/** A lazy connection spends its first call on connecting, which no deadline of the call covers. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NudgeLate()), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

class NudgeLate extends Error {
  override readonly name = 'NudgeLate';
}
