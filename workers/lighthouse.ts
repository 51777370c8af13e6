import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { readBeats, recordBeats } from '../db/control/lighthouse.ts';
import { readEntry } from '../db/control/workflows/read-entry.ts';
import { beat } from '../workflows/messages.ts';
import { nudge } from '../workflows/nudge.ts';
import { queues } from '../workflows/queues.ts';
import { everyEntry, runningIds } from './reconcile.ts';

interface Between {
  control: ControlDb;
  client: Client;
}

const lighthouseId = 'lighthouse';

/**
 * Lets the lighthouse count one further and compares with what the control database knows. A smaller count means that
 * Temporal's database was lost or restored from a backup: then everything that should be alive begins anew, and what runs
 * without an entry (an old backup may bring back what was ended since) is deleted.
 * @returns `restored` after such a loss was mended
 */
export async function watch({ control, client }: Between): Promise<'steady' | 'restored'> {
  const known = await readBeats(control);
  const beats = await count(client);
  const lost = beats <= known;
  if (lost) {
    // It counts as lost until it is mended, however often is counted meanwhile: who mends it may fail.
    await recordBeats(control, Number.MAX_SAFE_INTEGER);
    await endRuns({ control, client });
    for await (const id of everyEntry(control)) await nudge(client, id);
  }
  await recordBeats(control, beats);
  return lost ? 'restored' : 'steady';
}

async function count(client: Client): Promise<number> {
  const startWorkflowOperation = new WithStartWorkflowOperation('lighthouse', {
    workflowId: lighthouseId,
    taskQueue: queues.connection,
    args: [0],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Counts, so that a loss of the database of Temporal is noticed',
  });
  return client.workflow.executeUpdateWithStart(beat, { args: [], startWorkflowOperation });
}

/**
 * A run of a restored database has a past that workers may remember otherwise: they would go on with it as they know it, and its history would
 * fit nothing any more. So all end; what is wanted begins anew from its rows.
 */
async function endRuns({ control, client }: Between): Promise<void> {
  for (const workflowId of await runningIds(client)) {
    try {
      await client.workflow.getHandle(workflowId).terminate('Brought back by a restored database');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    if (await readEntry(control, workflowId)) continue;
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
    });
  }
}
