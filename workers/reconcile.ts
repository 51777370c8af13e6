import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ControlDb } from '../db/control/connect.ts';
import { entriesAfter } from '../db/control/workflows/entries-after.ts';
import { readEntry } from '../db/control/workflows/read-entry.ts';
import { parseId } from '../workflows/ids.ts';
import { changed } from '../workflows/messages.ts';
import { nudge } from '../workflows/nudge.ts';

interface Between {
  control: ControlDb;
  client: Client;
}

export interface Reconciled {
  /** Entries whose workflow was not running, and was started. */
  started: number;
  /** Running workflows without an entry, told to read their row. */
  told: number;
}

const pageSize = 500;

/** Compares who should be alive with who is, and mends both ways. */
export async function reconcile(between: Between): Promise<Reconciled> {
  const running = await runningIds(between.client);
  let started = 0;
  for await (const id of everyEntry(between.control)) {
    if (running.delete(id) || !(await isMissing(between.client, id))) continue;
    await nudge(between.client, id);
    started += 1;
  }
  return { started, told: await tellThoseWithoutEntry(between, running) };
}

/** Runs of ours by what the visibility store knows, which may be seconds behind. */
export async function runningIds(client: Client): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' }))
    if (parseId(workflowId)) ids.add(workflowId);
  return ids;
}

export async function* everyEntry(control: ControlDb): AsyncGenerator<string> {
  for (let page = await entriesAfter(control, '', pageSize); page.length; ) {
    for (const { id } of page) yield id;
    page = await entriesAfter(control, page.at(-1)?.id ?? '', pageSize);
  }
}

/** Asks Temporal itself: only a run that it does not have, or has ended, counts as missing. */
async function isMissing(client: Client, id: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(id).describe()).status.name !== 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}

async function tellThoseWithoutEntry({ control, client }: Between, ids: Iterable<string>): Promise<number> {
  let told = 0;
  for (const id of ids) {
    if (await readEntry(control, id)) continue;
    try {
      await client.workflow.getHandle(id).signal(changed);
      told += 1;
    } catch (error) {
      // It ended by itself in the meantime.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return told;
}
