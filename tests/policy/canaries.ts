import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { temporal } from '@temporalio/proto';
import { asWorker } from '../stack/as-worker.ts';
import type { Stack } from '../stack/stack.ts';

/** A place where something was written, and what stands there. */
export interface Written {
  where: string;
  text: string;
}

/** Every run of every workflow of the stack's namespace: as JSON with its payloads decoded, as the raw bytes, and what the Web UI shows of it. */
export async function histories(stack: Stack): Promise<Written[]> {
  const connection = await Connection.connect({ address: stack.temporal.address });
  const client = new Client({ connection, namespace: stack.temporal.namespace });
  const written: Written[] = [];
  for await (const { workflowId, runId, status, ...listed } of client.workflow.list()) {
    const where = `${workflowId} ${runId}`;
    const handle = client.workflow.getHandle(workflowId, runId);
    const history = await handle.fetchHistory();
    if (status.name === 'RUNNING')
      written.push({
        where: `${where} details`,
        text: JSON.stringify(await handle.query('__temporal_workflow_metadata')),
      });
    const raw = Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1');
    written.push(
      { where: `${where} raw`, text: raw },
      { where: `${where} JSON`, text: decoded(historyToJSON(history)) },
    );
    written.push({ where: `${where} listed`, text: JSON.stringify([listed.memo, listed.typedSearchAttributes]) });
  }
  await connection.close();
  return written;
}

/** Payloads are base64 within the JSON: whoever reads a history decodes them, and so do we. */
const decoded = (json: string): string =>
  json.replace(/"data":\s*"([^"]*)"/g, (_, data: string) => `"data": ${Buffer.from(data, 'base64').toString()}`);

export interface Credential {
  kind: 'user' | 'page';
  token: string;
  sealed: Buffer;
}

/** The tokens that the stack really holds, opened as only a worker can. */
export const credentialsOf = async (stack: Stack): Promise<Credential[]> => {
  const found = await asWorker(stack, async (db, tenant, vault) => {
    const rows = await db.selectFrom('credentials').select(['id', 'kind', 'token_sealed']).execute();
    const credentials: Credential[] = [];
    for (const { id: row, kind, token_sealed: sealed } of rows) {
      if (!sealed) continue;
      const token = await vault.open({ tenant, table: 'credentials', row, column: 'token_sealed' }, sealed);
      credentials.push({ kind, token, sealed });
    }
    return credentials;
  });
  return found.flat();
};

/** What Meta calls whatever was made there, published or on the way: photos, videos, containers, sessions, posts, comments. */
export const metaIdsOf = async (stack: Stack): Promise<string[]> => {
  const found = await asWorker(stack, async (db) => {
    const made = await db.selectFrom('ledger').select(['meta_id', 'progress']).execute();
    const published = await db.selectFrom('targets').select('meta_id').execute();
    const sessions = made.map(({ progress }) => (progress as { session?: string } | null)?.session);
    return [...made, ...published].map(({ meta_id }) => meta_id).concat(sessions.map((session) => session ?? null));
  });
  return [...new Set(found.flat().flatMap((id) => id ?? []))];
};

/** Where any of the canaries was seen, with some of what stands around it. */
export function sightings(written: readonly Written[], canaries: readonly string[]): string[] {
  return written.flatMap(({ where, text }) =>
    canaries.flatMap((canary) => {
      const at = text.indexOf(canary);
      return at < 0 ? [] : [`${where}: …${text.slice(Math.max(0, at - 60), at + canary.length + 20)}…`];
    }),
  );
}
