import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, test } from 'vitest';
import { connectControl } from '../../db/control/connect.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ start: ['simulator'] });
});
afterAll(() => stack?.stop());

test('a worker deletes by itself what has expired: invitations, and answers kept for a repetition', async () => {
  const owner = connectControl(stack.control.ownerUrl, { maxConnections: 1 });
  const { id: tenant } = await owner.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const [yesterday, created_at] = [new Date(Date.now() - 86_400_000), new Date(Date.now() - 90_000_000)];
  const invitation = { id: uuidv7(), tenant, email: 'a@example.test', role: 'viewer' as const };
  await owner
    .insertInto('invitations')
    .values({ ...invitation, token_hash: Buffer.from('a'), expires_at: yesterday })
    .execute();
  const answer = { caller: uuidv7(), key: 'k', request_hash: Buffer.from('a'), created_at };
  await asWorker(stack, (db) => db.insertInto('idempotent_answers').values(answer).execute());

  await stack.processes.start('worker');
  const left = async () => {
    const answers = await asWorker(stack, (db) => db.selectFrom('idempotent_answers').select('key').execute());
    return [...answers.flat(), ...(await owner.selectFrom('invitations').select('id').execute())].length;
  };
  await eventually(async () => (await left()) === 0, { what: 'both to be deleted' });
  await owner.destroy();
});
