import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { want } from '../../db/control/workflows/want.ts';
import { connectionId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { connectionPlace, type Place } from '../connection/place.ts';
import type { Memory } from './memory.ts';
import { forkMeasured, perWorkflow } from './per-workflow.ts';
import { processTree, ticksPerSecond } from './process-tree.ts';

const perTenant = 200;
const startsAtOnce = 40;
const measureMs = 60_000;
const dayMs = 86_400_000;

export interface Idle {
  connection: Memory;
  bare: Memory;
  cpuPercent: number;
}

/** So many idle connections in one worker process; and, to compare, as many workflows that do nothing in another. */
export async function measureMany(connections: number, say: (line: string) => void): Promise<Idle> {
  const place = await connectionPlace();
  const workers: ChildProcess[] = [];
  const worker = async (file: string) => {
    const forked = await forkMeasured(file, place.env);
    workers.push(forked);
    return forked;
  };
  try {
    const bare = await perWorkflow(await worker('bare-worker.ts'), connections, (more) =>
      startBare(place.parts.temporal, more),
    );
    say(`A workflow that does nothing costs ${kilobytes(bare)}; connections …`);
    const ours = await worker('connection-worker.ts');
    const connection = await perWorkflow(ours, connections, (more) => startConnections(place, more));
    say(`A connection costs ${kilobytes(connection)}; idle for a minute …`);
    const before = ticks(ours);
    await sleep(measureMs);
    const cpuSeconds = (ticks(ours) - before) / ticksPerSecond();
    return { connection, bare, cpuPercent: Number(((cpuSeconds * 100_000) / measureMs).toFixed(2)) };
  } finally {
    for (const each of workers) each.kill('SIGKILL');
    await place.close();
  }
}

const kilobytes = ({ heapBytes, rssBytes }: Memory) =>
  `${Math.round(heapBytes / 1_000)} KB of heap, ${Math.round(rssBytes / 1_000)} KB of the machine`;

const ticks = ({ pid }: ChildProcess) => processTree(pid ?? 0).reduce((sum, process) => sum + process.ticks, 0);

const startBare = (client: Client, more: number) =>
  someAtOnce(
    Array.from({ length: more }, () => uuidv7()),
    (workflowId) => client.workflow.start('idle', { workflowId, taskQueue: 'bare' }),
  );

async function startConnections(place: Place, more: number): Promise<void> {
  for (let made = 0; made < more; made += perTenant) {
    const ids = await makeTenant(place, Math.min(perTenant, more - made));
    await someAtOnce(ids, (id) => nudge(place.parts.temporal, id));
  }
}

async function someAtOnce(ids: string[], start: (id: string) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < ids.length; n += startsAtOnce) await Promise.all(ids.slice(n, n + startsAtOnce).map(start));
}

/** A tenant with connections as they are after the choice, and what should be alive. */
async function makeTenant({ control, parts }: Place, count: number): Promise<string[]> {
  const tenant = await control.tenant();
  const ids = Array.from({ length: count }, () => uuidv7());
  const connections = ids.map((id) => ({ id, meta_user_id: id, state: 'connected' as const, created_by: id }));
  const credentials = ids.map((connection) => ({
    ...{ id: uuidv7(), connection, kind: 'user' as const },
    refresh_at: new Date(Date.now() + 48 * dayMs),
    expires_at: new Date(Date.now() + 60 * dayMs),
  }));
  await parts.tenants.use(tenant, async (db) => {
    await db.insertInto('connections').values(connections).execute();
    await db.insertInto('credentials').values(credentials).execute();
  });
  const workflows = ids.map((id) => connectionId(tenant, id));
  for (const id of workflows) await want(parts.control, { id, tenant });
  return workflows;
}
