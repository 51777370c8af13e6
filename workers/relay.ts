import type { Client } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { markSent } from '../db/control/workflows/mark-sent.ts';
import { unsent } from '../db/control/workflows/unsent.ts';
import { nudge } from '../workflows/nudge.ts';

/** Longer than the transaction of any command can stay open: what is older was committed or rolled back. */
const relayAfterMs = 15_000;
const atOnce = 100;

/**
 * Nudges whoever was wanted and not told, because Temporal or the process that should have told it was down. A second
 * nudge does no harm.
 * @returns how many were told
 */
export async function relay({ control, client }: { control: ControlDb; client: Client }): Promise<number> {
  const owed = await unsent(control, { olderThanMs: relayAfterMs, limit: atOnce });
  for (const { id, wanted } of owed) {
    await nudge(client, id);
    await markSent(control, id, wanted);
  }
  return owed.length;
}
