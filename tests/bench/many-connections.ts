import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { want } from '../../db/control/workflows/want.ts';
import { connectionId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { connectionPlace, type Place } from '../connection/place.ts';
import { eventually } from '../stack/eventually.ts';
import type { Measured } from './connection-worker.ts';
import { processTree, ticksPerSecond } from './process-tree.ts';

const perTenant = 200;
/** What the first ones cost is code, not workflows. */
const warmUp = 200;
const nudgesAtOnce = 40;
const measureMs = 60_000;
const dayMs = 86_400_000;

/** So many idle connections in one worker process. */
export async function measureMany(
  connections: number,
  say: (line: string) => void,
): Promise<{ bytesPerCachedWorkflow: number; cpuPercent: number }> {
  const place = await connectionPlace();
  const worker = fork(join(import.meta.dirname, 'connection-worker.ts'), {
    env: place.env,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await once(worker, 'message');
    const first = await start(place, worker, warmUp);
    const all = await start(place, worker, connections);
    say(`${all.cached} cached in ${Math.round(all.rssBytes / 2 ** 20)} MiB; idle for a minute …`);
    const before = ticks(worker);
    await sleep(measureMs);
    const cpuSeconds = (ticks(worker) - before) / ticksPerSecond();
    return {
      bytesPerCachedWorkflow: Math.round((all.rssBytes - first.rssBytes) / (all.cached - first.cached)),
      cpuPercent: Number(((cpuSeconds * 100_000) / measureMs).toFixed(2)),
    };
  } finally {
    worker.kill('SIGKILL');
    await place.close();
  }
}

const ticks = ({ pid }: ChildProcess) => processTree(pid ?? 0).reduce((sum, process) => sum + process.ticks, 0);

/** Makes connections, nudges them, and waits until all of them are cached and none does anything. */
async function start(place: Place, worker: ChildProcess, upTo: number): Promise<Measured> {
  for (let made = (await measure(worker)).cached; made < upTo; made += perTenant) {
    const ids = await makeTenant(place, Math.min(perTenant, upTo - made));
    for (let n = 0; n < ids.length; n += nudgesAtOnce)
      await Promise.all(ids.slice(n, n + nudgesAtOnce).map((id) => nudge(place.parts.temporal, id)));
  }
  return eventually(
    async () => {
      const measured = await measure(worker);
      return measured.cached === upTo && measured.busy === 0 && measured;
    },
    { withinMs: 300_000, everyMs: 1_000, what: `${upTo} idle connections` },
  );
}

async function measure(worker: ChildProcess): Promise<Measured> {
  const answer = once(worker, 'message');
  worker.send('measure');
  const [measured] = await answer;
  return measured as Measured;
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
