import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { sayJson } from '../ops/say.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { reword, settled } from './edits.ts';

/** Edits of which nobody knows at first what Meta has made of them. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.2' } });
});
afterEach(async () => {
  await stack.simulator.noFaults();
  await stack.simulator.switches({ readDelayMs: 0 });
});
afterAll(() => stack?.stop());

async function publish(kind: 'feed' | 'reel' = 'feed') {
  const account = await Account.open(stack, 'facebook');
  const post = await account.schedule(kind, kind === 'reel' ? [await account.film()] : []);
  await account.published(post);
  await eventually(async () => (await account.page.target(post)).permalink, { what: 'its address' });
  const [{ id: metaId } = { id: '' }] = (await account.truth()).posts;
  return { account, post, metaId };
}

const asked = async (post: Scheduled, text: string) => expect((await reword(stack, post, text)).status).toBe(200);

/** For as long as this stands, which the faults of a Page do not end. */
const refused = (metaId: string) =>
  stack.simulator.fault({ call: 'editPost', then: 'refuse', code: 368, times: 'always', post: metaId });

const stays = { reason: expect.stringMatching(/^The text stays as it was\. Facebook has blocked/) };

test('when an edit is refused after one whose answer was lost, what is stored is what Meta shows', async () => {
  const { account, post, metaId } = await publish();
  await account.fault({ call: 'editPost', then: 'dropAnswer' });
  await account.fault({ call: 'readPost', then: 'resetBefore', times: 'always' });
  await refused(metaId);
  await asked(post, 'The first');
  await eventually(async () => (await account.truth()).posts[0]?.message === 'The first', { what: 'it to be live' });
  await asked(post, 'The second');
  await account.noFaults();
  expect(await settled(stack, post)).toMatchObject({ text: 'The first', live: ['The first'], targets: [stays] });
  expect((await account.truth()).posts).toMatchObject([{ message: 'The first' }]);
});

test('a login that goes while nobody knows of an edit says nothing of the text', async () => {
  const { account, post } = await publish();
  await account.fault({ call: 'editPost', then: 'dropAnswer', times: 'always' });
  await account.fault({ call: 'readPost', then: 'resetBefore', times: 'always' });
  await asked(post, 'Another text');
  const tried = async () => (await account.page.steps(post, 'edit')).includes('unknown');
  await eventually(tried, { what: 'the edit to be tried' });
  await asWorker(stack, (db) => db.deleteFrom('credentials').where('account', '=', account.page.account).execute());
  const unsaid = { reason: expect.stringMatching(/has not said whether the text was changed\..*Look at the post/) };
  expect(await settled(stack, post)).toMatchObject({ targets: [unsaid] });
});

test('a refused edit back to what was there a moment ago is not taken for done because reads lag behind', async () => {
  const { account, post, metaId } = await publish();
  await stack.simulator.switches({ readDelayMs: 20_000 });
  // The post itself is shown by now.
  await simulate(stack, '/sim/clock', { offsetMs: 60_000 });
  for (const text of ['The first', 'The second']) {
    await asked(post, text);
    expect((await settled(stack, post)).live).toEqual([text]);
  }
  await refused(metaId);
  await asked(post, 'The first');
  expect(await settled(stack, post)).toMatchObject({ text: 'The second', live: ['The second'], targets: [stays] });
  expect((await account.truth()).posts).toMatchObject([{ message: 'The second' }]);
});

test('a post that Meta does not show yet is not said to be gone, and is edited when it does', async () => {
  const { account, post, metaId } = await publish();
  await account.fault({ call: 'editPost', then: 'refuse', code: 100, subcode: 33 });
  await stack.simulator.fault({ call: 'readPost', then: 'refuse', code: 100, subcode: 33, post: metaId });
  await asked(post, 'Another text');
  expect(await settled(stack, post)).toMatchObject({ live: ['Another text'], targets: [{ reason: null }] });
});

test('a first comment does not wait for an edit that Meta does not answer', async () => {
  const account = await Account.open(stack, 'facebook');
  await account.fault({ call: 'readPost', then: 'resetBefore', times: 'always' });
  const targets = [{ account: account.page.account, kind: 'feed', firstComment: 'The first comment' }];
  const post = await account.schedule('feed', [], { targets });
  await account.published(post);
  const [{ id: metaId } = { id: '' }] = (await account.truth()).posts;
  await stack.simulator.fault({ call: 'editPost', then: 'resetBefore', times: 'always', post: metaId });
  // Before the comment is begun with: the address comes first, and cannot be read.
  await asked(post, 'Another text');
  await eventually(async () => (await account.truth()).comments.length, { what: 'the comment' });
  expect((await account.truth()).posts).toMatchObject([{ message: post.text }]);
  await stack.simulator.noFaults();
  expect((await settled(stack, post)).live).toEqual(['Another text']);
});

test('an edit is done though the tenant got a new key while Meta did not answer', async () => {
  const { post, metaId } = await publish();
  await stack.simulator.fault({ call: 'editPost', then: 'resetBefore', times: 'always', post: metaId });
  await asked(post, 'Another text');
  const { control } = stack.control;
  const { id } = await control.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const env = { ...stack.env.ops, LOCAL_DIR: '/nonexistent' };
  expect((await sayJson(env, 'keys', 'rotate-tenant', id)).code).toBe(0);
  const work = () => control.selectFrom('key_work').select('resealed').where('tenant', '=', id).executeTakeFirst();
  await eventually(async () => (await work())?.resealed, { what: 'its logins to be sealed anew' });
  // One that remembers no key.
  await stack.processes.restart('worker', 'SIGKILL');
  await stack.simulator.noFaults();
  expect((await settled(stack, post)).live).toEqual(['Another text']);
});

test('the video that was made public is edited, not one that was prepared and given up since', async () => {
  const { account, post } = await publish('reel');
  const [{ id: target }] = post.targets;
  const call = { target, metaId: '1', revision: 1, contentHash: Buffer.alloc(32), status: 'armed' } as const;
  const [upload, commit] = [uuidv7(), uuidv7()];
  await asWorker(stack, async (db) => {
    await openEntry(db, { ...call, id: upload, step: 'upload' });
    await openEntry(db, { ...call, id: commit, step: 'commit' });
    await db.updateTable('ledger').set({ status: 'abandoned' }).where('id', 'in', [upload, commit]).execute();
  });
  await asked(post, 'Another text');
  expect((await settled(stack, post)).live).toEqual(['Another text']);
  expect((await account.truth()).videos).toMatchObject([{ description: 'Another text' }]);
});
