import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

interface Entry {
  id: string;
  action: string;
}

async function owed(): Promise<string[]> {
  const control = connectControl(stack.control.ownerUrl, { maxConnections: 1 });
  const rows = await control.selectFrom('audit_owed').select('id').where('action', '=', 'tenant.changed').execute();
  await control.destroy();
  return rows.map(({ id }) => id);
}

const log = async () =>
  (
    await asWorker(stack, (db) =>
      db.selectFrom('audit_log').select('id').where('action', '=', 'tenant.changed').execute(),
    )
  )
    .flat()
    .map(({ id }) => id);

test('an API that dies after a command and before its log has heard of it: the log hears of it once', async () => {
  await stack.processes.kill('worker');
  expect((await stack.member.patch('/v1/tenant', { overdueRule: 'cancel' })).status).toBe(200);
  await stack.processes.kill('api');
  const [entry] = await owed();
  expect(await log()).toEqual([]);

  await stack.processes.start('worker');
  await eventually(async () => (await log()).length > 0, { what: 'the entry in the log' });
  await eventually(async () => (await owed()).length === 0, { what: 'nothing owed any more' });
  expect(await log()).toEqual([entry]);

  await stack.processes.start('api');
  const { items } = (await stack.member.get<{ items: Entry[] }>('/v1/audit')).body;
  expect(items.filter(({ action }) => action === 'tenant.changed')).toMatchObject([{ id: entry }]);
});
