import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';

/** A control database that is some seconds older than a tenant's: the claim is lost, what was called is not. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

test('what was called for under a claim that is lost is looked for, and not called for anew', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.page.parked({ dueInMs: 8_000, media: [{ id: await account.photo() }] });
  const [{ id: target }] = post.targets;
  await account.fault({ call: 'publishContainer', then: 'dropAnswer', times: 1 });
  await account.fault({ call: 'readContainer', then: 'dropAnswer', times: 'always' });
  const called = () => account.page.steps(post, 'commit');
  await eventually(async () => (await called()).includes('unknown'), { what: 'the answer to be lost' });
  await stack.processes.kill('worker', 'SIGKILL');

  const { control } = stack.control;
  const tenant = await control.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const id = publishId(tenant.id, target);
  const claimedBy = (await readEntry(control, id))?.claimedBy;
  const unclaimed = { claimed_by: null, claimed_at: null };
  await asWorker(stack, (db) => db.updateTable('targets').set({ state: 'armed' }).where('id', '=', target).execute());
  await control.updateTable('workflows').set(unclaimed).where('id', '=', id).execute();

  await account.noFaults();
  await stack.processes.start('worker');
  await account.published(post);
  expect(await called()).toEqual(['done']);
  expect((await account.truth()).containers).toMatchObject([{ publishCalls: 1, publications: 1 }]);
  expect(claimedBy).toBeTruthy();
});

test('once Meta has refused a repeated call, whoever tries again makes a call, and looks for none', async () => {
  const account = await Account.open(stack, 'instagram');
  await account.fault({ call: 'publishContainer', then: 'resetBefore', times: 1 });
  await account.fault({ call: 'publishContainer', then: 'refuse', code: 36_004, subcode: 2_207_010, times: 'always' });
  const post = await account.schedule('feed', [await account.photo()]);
  await account.page.becomes(post, 'failed');
  expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'refused']);
  await account.noFaults();
  const looks = await account.page.steps(post, 'look');
  expect((await stack.member.post(`/v1/targets/${post.targets[0].id}/resolve`, { choice: 'retry' })).status).toBe(200);
  await account.published(post);
  expect(await account.page.steps(post, 'commit')).toEqual(['refused', 'refused', 'done']);
  expect(await account.page.steps(post, 'look')).toEqual(looks);
});
