import type { Client } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { markSent } from '../db/control/workflows/mark-sent.ts';
import { nudge } from '../workflows/nudge.ts';

const nudgeMaxMs = 5_000;

/** Tells workflows that their rows have changed. One that could not be told stays unsent, and the relay tells it. */
export async function tell(
  { control, temporal }: { control: ControlDb; temporal: Client },
  changes: readonly { workflow: string; revision: number }[],
): Promise<void> {
  for (const { workflow, revision } of changes) {
    const told = await temporal
      .withDeadline(Date.now() + nudgeMaxMs, () => nudge(temporal, workflow))
      .then(
        () => true,
        () => false,
      );
    if (told) await markSent(control, workflow, revision);
  }
}
