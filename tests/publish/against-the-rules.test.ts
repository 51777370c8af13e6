import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { asWorker } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account } from './accounts.ts';
import { type ByHand, openByHand } from './by-hand.ts';

/** What keeps to the rules when it is scheduled and no longer when its time comes, as if they had become others. */

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

const prepare = (target: string, stage: 'ahead' | 'last') => byHand.run((parts) => prepareTarget(parts, stage), target);

test('a film that is too long by the time it would be sent is not sent, and the post fails with why', async () => {
  const film = await account.film();
  const post = await account.schedule('reel', [film]);
  const [{ id: target }] = post.targets;
  await asWorker(stack, (db) => db.updateTable('media').set({ duration_ms: 91_000 }).where('id', '=', film).execute());
  expect(await prepare(target, 'ahead')).toBe('over');
  const { state, reason, choices } = await account.page.target(post);
  expect({ state, choices }).toEqual({ state: 'failed', choices: ['retry', 'cancel'] });
  expect(reason).toMatch(/^A reel on a Page lasts .* this video: .* Cut it and upload it again\.$/);
  expect((await account.truth()).videos).toEqual([]);
});

test('what comes to be against a rule when its draft is made stays a draft, and the post fails with why', async () => {
  const post = await account.schedule('feed', []);
  const [{ id: target }] = post.targets;
  expect(await prepare(target, 'last')).toBe('ready');
  await asWorker(stack, (db) =>
    sql`update targets set first_comment = repeat('x', 8001) where id = ${target}`.execute(db),
  );
  expect(await byHand.run(commitTarget, target)).toBe('over');
  const { state, reason, choices } = await account.page.target(post);
  expect({ state, choices }).toEqual({ state: 'failed', choices: ['retry', 'cancel'] });
  expect(reason).toMatch(/^A first comment has 1 to 8000 characters; this has 8001\./);
  expect(await account.page.everMade(post)).toMatchObject([{ isPublished: false, publications: 0, publishCalls: 0 }]);
});
