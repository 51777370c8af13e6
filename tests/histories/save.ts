import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/**
 * Saves the histories of what ran in a local stack, a few of each kind, for the replay test:
 * `npm start`, `npm run demo`, then `npm run histories`. What is there already stays: old runs must replay for ever.
 */
const folder = import.meta.dirname;
const ofEachKind = 4;
const kinds = ['authorization', 'connection', 'publish', 'lighthouse', 'tenant'];

const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233' });
const client = new Client({ connection });
const label = process.argv[2] ?? 'demo';

for (const old of readdirSync(folder)) if (old.includes(`.${label}.`)) rmSync(join(folder, old));
for (const kind of kinds) {
  let saved = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowType = "${kind}"` })) {
    if (saved === ofEachKind) break;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    saved += 1;
    writeFileSync(join(folder, `${kind}.${label}.${saved}.json`), `${historyToJSON(history)}\n`);
  }
  console.log(`${kind}: ${saved}`);
}
await connection.close();
