import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { witnessTarget } from '../../activities/publish/witness-target.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { asWorker } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';
import { type ByHand, openByHand } from './by-hand.ts';

let stack: Stack;
let account: Account;
let byHand: ByHand;

beforeAll(async () => {
  stack = await startStack();
  account = await Account.open(stack, 'facebook');
  // Attempts are made in this process, one by one, and no worker is at them.
  await stack.processes.kill('worker', 'SIGTERM');
  byHand = await openByHand(stack);
});
afterAll(async () => {
  await byHand?.close();
  await stack?.stop();
});

test('what was called for under a claim that is lost is looked for, and not called for anew', async () => {
  const post = await account.schedule('story', [await account.photo()]);
  const [{ id: target }] = post.targets;
  await byHand.run((parts) => prepareTarget(parts, 'ahead'), target);
  await byHand.run((parts) => prepareTarget(parts, 'last'), target);
  await account.fault({ call: 'photoStory', then: 'dropAnswer', times: 1 });
  expect(await byHand.run(commitTarget, target)).toBe('unknown');

  // Control is some seconds older than the tenant's database: the claim is lost, what was called is not.
  const { control } = stack.control;
  const id = publishId(byHand.tenant, target);
  const before = await readEntry(control, id);
  await control.updateTable('workflows').set({ claimed_by: null, claimed_at: null }).where('id', '=', id).execute();
  await asWorker(stack, (db) => db.updateTable('targets').set({ state: 'armed' }).where('id', '=', target).execute());

  expect(await byHand.run(commitTarget, target)).toBe('stale');
  expect(before?.claimedBy).toEqual(expect.any(String));
  expect((await readEntry(control, id))?.claimedBy).toBe(before?.claimedBy);
  expect(await byHand.run(witnessTarget, target)).toBe('published');
  expect(await account.page.steps(post, 'commit')).toEqual(['done']);
  expect(await account.publications()).toBe(1);
});
