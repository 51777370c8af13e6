import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { namedKeys } from '../../db/tenant/sealed/named-keys.ts';
import { tenantWorkId } from '../../workflows/ids.ts';
import { changed } from '../../workflows/messages.ts';
import { progress } from '../../workflows/tenant/messages.ts';
import { sayJson } from '../ops/say.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { fill, keepReading, type Opened, openVault, placeOf, readToken, tokenOf } from './sealed.ts';

const count = 8_000;

let stack: Stack;
let opened: Opened;
let client: Client;

beforeAll(async () => {
  stack = await startStack({ start: ['worker'] });
  opened = await openVault(stack.control, stack.control);
  const connection = await Connection.connect({ address: stack.temporal.address });
  client = new Client({ connection, namespace: stack.temporal.namespace });
});
afterAll(async () => {
  await client?.connection.close();
  await opened?.close();
  await stack?.stop();
});

test('a tenant gets a new key under load, with the worker killed half-way: no token ever fails to open', async () => {
  const owner = connectControl(stack.control.ownerUrl, { maxConnections: 1 });
  const tenant = await stack.control.tenant();
  const credentials = await fill(opened, tenant, count);
  const id = tenantWorkId(tenant, 'rotate-key');
  const row = () =>
    owner
      .selectFrom('key_work')
      .select(['resealed', 'new_key', 'finished_at'])
      .where('tenant', '=', tenant)
      .executeTakeFirst();

  const readers = keepReading(opened, tenant, credentials);
  onTestFinished(readers.stop);
  const writing = keepWriting(tenant, credentials.slice(0, 50));
  onTestFinished(async () => void (await writing.stop()));
  const { code, said } = await sayJson<{ workflow: string; told: boolean }>(
    { ...stack.env.ops, LOCAL_DIR: '/nonexistent' },
    ...['keys', 'rotate-tenant', tenant],
  );
  expect({ code, said }).toMatchObject({ code: 0, said: { workflow: id, told: true } });

  await eventually(async () => ((await row())?.resealed ?? 0) > 0, { what: 'the resealing to begin', everyMs: 10 });
  await stack.processes.kill('worker', 'SIGKILL');
  const halfWay = (await row())?.resealed ?? 0;
  expect(halfWay).toBeGreaterThan(0);
  expect(halfWay).toBeLessThan(count);
  await stack.processes.start('worker');

  await eventually(async () => ((await row())?.resealed ?? 0) >= count, { what: 'a whole pass' });
  await eventually(() => client.workflow.getHandle(id).query(progress), { what: 'the workflow to say how far it is' });
  expect(await keyIds()).toEqual([1, 2]);
  // The writer still seals under the key that its worker remembers; it ends, and then it is quiet.
  const written = await writing.stop();
  expect(written).toBeGreaterThan(0);
  await eventually(
    async () => {
      if ((await row())?.finished_at) return true;
      await owner
        .updateTable('key_work')
        .set({ quiet_since: sql`clock_timestamp() - interval '1 hour'` })
        .where('tenant', '=', tenant)
        .execute();
      await client.workflow.getHandle(id).signal(changed);
      return false;
    },
    { everyMs: 500, what: 'the old key to be deleted' },
  );
  expect(await keyIds()).toEqual([2]);
  expect(await opened.tenants.use(tenant, (db) => namedKeys(db, 2))).toEqual([]);

  await readers.stop();
  expect(readers.failures).toEqual([]);
  expect(readers.opened).toBeGreaterThan(1_000);
  const other = await openVault(stack.control, stack.control);
  for (const credential of credentials.slice(0, 200)) await readToken(other, tenant, credential);
  await other.close();

  await eventually(async () => (await client.workflow.getHandle(id).describe()).status.name === 'COMPLETED', {
    what: 'the workflow to end',
  });
  const history = historyToJSON(await client.workflow.getHandle(id).fetchHistory());
  const decoded = history.replace(/"data":\s*"([^"]*)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());
  expect(decoded).not.toContain('token of');
  console.log(`${readers.opened} tokens opened, none failed; ${written} written meanwhile; killed after ${halfWay}.`);
  await owner.destroy();

  async function keyIds(): Promise<number[]> {
    const rows = await owner
      .selectFrom('tenant_keys')
      .select('key_id')
      .where('tenant', '=', tenant)
      .orderBy('key_id')
      .execute();
    return rows.map(({ key_id }) => key_id);
  }
});

/** Tokens are also exchanged for fresh ones all the time. */
function keepWriting(tenant: string, credentials: readonly string[]): { stop(): Promise<number> } {
  let [going, written] = [true, 0];
  const loop = (async () => {
    while (going) {
      const id = credentials[written % credentials.length] ?? '';
      const token_sealed = await opened.vault.seal(placeOf(tenant, id), tokenOf(id));
      await opened.tenants.use(tenant, (db) =>
        db.updateTable('credentials').set({ token_sealed }).where('id', '=', id).execute(),
      );
      written += 1;
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
      return written;
    },
  };
}
