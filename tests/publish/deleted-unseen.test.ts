import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { reviveIn } from '../../workers/revive.ts';
import { publishId } from '../../workflows/ids.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { deletionOver } from './deletions.ts';

/** What Meta does not have any more, on Pages that list nothing at all, or still list it. */

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

async function publish(account: Account): Promise<Scheduled> {
  const post = await account.schedule('feed', []);
  await account.published(post);
  return post;
}

const remove = async ({ id }: Scheduled) => expect((await stack.member.delete(`/v1/posts/${id}`)).status).toBe(200);

test.concurrent('the only post of a Page is known to be gone, though Meta lists nothing then', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  await account.fault({ call: 'deletePost', then: 'dropAnswer' });
  await remove(post);
  await account.page.becomes(post, 'deleted');
  const steps = await account.page.steps(post, 'delete');
  expect([steps[0], steps.at(-1)]).toEqual(['unknown', 'done']);
});

test.concurrent('a Page that lists nothing, though another post is there, says nothing of what it does not show', async () => {
  const account = await Account.open(stack, 'facebook');
  const [other, post] = [await publish(account), await publish(account)];
  // As far as anybody here knows the other one is there.
  for (const { id } of (await account.truth()).posts) await simulate(stack, `/sim/posts/${id}`, undefined, 'DELETE');
  await remove(post);
  const { reason } = await deletionOver(account.page, post);
  expect(reason).toContain('nobody here can tell');
  expect((await account.page.target(other)).state).toBe('published');
});

test.concurrent('what Meta does not show so soon after it went out is not taken for gone yet', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  const [{ id } = { id: '' }] = (await account.truth()).posts;
  await simulate(stack, `/sim/posts/${id}`, undefined, 'DELETE');
  // However long it takes until it is asked: it went out a moment ago.
  const soon = { published_at: new Date(Date.now() + 3_600_000) };
  await asWorker(stack, (db) => db.updateTable('targets').set(soon).where('id', '=', post.targets[0].id).execute());
  await remove(post);
  const steps = () => account.page.steps(post, 'delete');
  await eventually(async () => (await steps()).some((said) => said !== 'open'), { what: 'the deletion to be tried' });
  expect(await steps()).toEqual(['unknown']);
  expect((await account.page.target(post)).state).toBe('deleting');
});

const hourMs = 3_600_000;
/** What is deleted is shown for long, and what is new at once. */
const stillShown = (account: Account, call: string) =>
  account.fault({ call, then: 'staleRead', delayMs: 0, deletedMs: hourMs, times: 'always' });

const tried = async ({ page }: Account, post: Scheduled, outcome: string) => {
  const look = async () => (await page.steps(post, 'delete')).includes(outcome);
  await eventually(look, { what: `a deletion to be ${outcome}` });
};

test.concurrent.each(['readPost', 'listPosts'])(
  'a post whose deletion nobody heard of is gone, though for a while %s still shows it',
  async (call) => {
    const account = await Account.open(stack, 'facebook');
    const post = await publish(account);
    await account.fault({ call: 'deletePost', then: 'dropAnswer' });
    await stillShown(account, call);
    await remove(post);
    await tried(account, post, 'refused');
    expect((await account.page.target(post)).state).toBe('deleting');
    await account.noFaults();
    await account.page.becomes(post, 'deleted');
  },
);

test.concurrent('a post that an attempt deleted before it died is gone, though Meta still shows it for a while', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  const [{ id: metaId } = { id: '' }] = (await account.truth()).posts;
  const call = { target: post.targets[0].id, step: 'delete', metaId, revision: 1, status: 'open' } as const;
  const entry = { id: uuidv7(), contentHash: Buffer.from('content'), ...call };
  await asWorker(stack, (db) => openEntry(db, entry));
  await simulate(stack, `/sim/posts/${metaId}`, undefined, 'DELETE');
  await stillShown(account, 'readPost');
  await remove(post);
  await tried(account, post, 'unknown');
  expect((await account.page.target(post)).state).toBe('deleting');
  await account.noFaults();
  await account.page.becomes(post, 'deleted');
});

test.concurrent('a post that Meta goes on to show, and says not to have, stays, though a deletion of it was lost before', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  await account.fault({ call: 'deletePost', then: 'resetBefore' });
  await account.fault({ call: 'deletePost', then: 'refuse', code: 100, subcode: 33, times: 'always' });
  await remove(post);
  const { state, reason } = await deletionOver(account.page, post);
  expect({ state, reason }).toMatchObject({ state: 'published', reason: expect.stringContaining('Meta shows it') });
  // Of the first one too it is known by then.
  expect([...new Set(await account.page.steps(post, 'delete'))]).toEqual(['refused']);
});

test.concurrent('a post that Meta shows long after a deletion that nobody heard of stays, where another is refused', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  const call = { target: post.targets[0].id, step: 'delete', metaId: '1', revision: 1, status: 'open' } as const;
  const entry = { id: uuidv7(), contentHash: Buffer.from('content'), ...call };
  const anHourAgo = new Date(Date.now() - hourMs);
  const unheard = { status: 'unknown', opened_at: anHourAgo, closed_at: anHourAgo } as const;
  await asWorker(stack, async (db) => {
    await openEntry(db, entry);
    await db.updateTable('ledger').set(unheard).where('id', '=', entry.id).execute();
  });
  await account.fault({ call: 'deletePost', then: 'refuse', code: 368, times: 'always' });
  await remove(post);
  expect((await deletionOver(account.page, post)).reason).toContain('It stays published');
  expect(await account.page.steps(post, 'delete')).toEqual(['refused', 'refused']);
});

test.concurrent('a login that dies after a deletion that nobody heard of says nothing of the post', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  await account.fault({ call: 'deletePost', then: 'resetBefore' });
  await account.fault({ call: 'deletePost', then: 'tokenDead', subcode: 460 });
  await remove(post);
  const { reason } = await deletionOver(account.page, post);
  expect(reason).toMatch(/nobody here can tell.*Look at the account.*Connect again/);
});

/** The row asks for it, whatever the API would say; nobody who hears of it has been told yet. */
async function askedFor(post: Scheduled, values: Record<string, unknown> = {}): Promise<void> {
  const { id } = post.targets[0];
  await eventually(() => asWorker(stack, async (_, tenant) => !(await entryOf(tenant, id))).then(([over]) => over), {
    what: 'the workflow to be over',
  });
  await asWorker(stack, (db) =>
    db
      .updateTable('targets')
      .set({ state: 'deleting', ...values })
      .where('id', '=', id)
      .execute(),
  );
}
const entryOf = (tenant: string, target: string) => readEntry(stack.control.control, publishId(tenant, target));
const reviveAll = () => asWorker(stack, (db, tenant) => reviveIn(stack.control.control, tenant, db));

test.concurrent('a deletion that nobody heard of for a day says nothing of the post', async () => {
  const account = await Account.open(stack, 'facebook');
  const post = await publish(account);
  await account.fault({ call: 'deletePost', then: 'dropAnswer', times: 'always' });
  await askedFor(post, { since: new Date(Date.now() - 25 * hourMs) });
  await reviveAll();
  expect((await deletionOver(account.page, post)).reason).toContain('nobody here can tell');
  expect((await account.truth()).posts[0]?.deletedAt).not.toBeNull();
});

test.concurrent('without a login nobody says of a post that it stays, where a deletion of it was never heard of', async () => {
  const account = await Account.open(stack, 'facebook');
  const [unheard, untried] = [await publish(account), await publish(account)];
  const call = { target: unheard.targets[0].id, step: 'delete', metaId: '1', revision: 1, status: 'open' } as const;
  await asWorker(stack, async (db) => {
    await openEntry(db, { id: uuidv7(), contentHash: Buffer.from('content'), ...call });
    await db.deleteFrom('credentials').where('account', '=', account.page.account).execute();
  });
  for (const post of [unheard, untried]) await askedFor(post);
  await reviveAll();
  expect((await deletionOver(account.page, unheard)).reason).toContain('nobody here can tell');
  expect((await deletionOver(account.page, untried)).reason).toContain('It stays published');
});
