import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';
import { Rows } from './rows.ts';

let stack: Stack;
let rows: Rows;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  rows = await Rows.open(stack);
});
afterAll(async () => {
  await rows?.close();
  await stack?.stop();
});

/** The container of a post, and which media our rows say that it has become. */
async function bound({ targets: [{ id }] }: Scheduled): Promise<{ container: string | null; media: string | null }> {
  const [found] = await asWorker(stack, (db) =>
    db
      .selectFrom('targets as t')
      .innerJoin('ledger as l', 'l.target', 't.id')
      .select(['t.meta_id as media', 'l.meta_id as container'])
      .where('t.id', '=', id)
      .where('l.step', '=', 'commit')
      .executeTakeFirstOrThrow(),
  );
  if (!found) throw new Error('There is no such post');
  return found;
}

test.concurrent('somebody posts the same by phone meanwhile: published without a link and a comment, and it says so', async () => {
  const account = await Account.open(stack, 'instagram');
  const text = 'Fresh bread';
  const media = [{ id: await account.photo() }];
  const targets = [{ account: account.page.account, kind: 'feed', firstComment: 'Still warm' }];
  const post = await account.page.parked({ media, text, targets, dueInMs: 25_000 });
  await account.fault({ call: 'publishContainer', then: 'dropAnswer' });
  await simulate(stack, `/sim/instagram/${account.metaId}/media`, { caption: text, productType: 'FEED' });
  const { permalink, reason } = await account.published(post);
  expect(permalink).toBeNull();
  expect(reason).toMatch(/no link here, and no first comment\.$/);
  const { media: all, comments } = await account.truth();
  expect(all.map(({ container }) => container === null)).toEqual(expect.arrayContaining([true, false]));
  expect(all).toHaveLength(2);
  expect(comments).toEqual([]);
});

test.concurrent('what somebody posts by phone is not taken for a post of ours that Meta does not list yet', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.page.parked({ media: [{ id: await account.photo() }], dueInMs: 25_000 });
  await account.fault({ call: 'publishContainer', then: 'dropAnswer' });
  await account.fault({ call: 'listMedia', then: 'staleRead', delayMs: 5_000, times: 'always' });
  const byPhone = { caption: post.text, productType: 'FEED' };
  await simulate(stack, `/sim/instagram/${account.metaId}/media`, byPhone);
  expect((await account.published(post)).permalink).toBeNull();
});

test.concurrent('two posts of other words whose answers were lost are each known as what they are', async () => {
  const account = await Account.open(stack, 'instagram');
  await account.fault({ call: 'publishContainer', then: 'dropAnswer', times: 2 });
  const [one, two] = [await account.photo(), await account.photo()];
  const posts = await Promise.all([account.schedule('feed', [one]), account.schedule('feed', [two])]);
  for (const post of posts) await account.published(post);
  const { media } = await account.truth();
  expect(media).toHaveLength(2);
  for (const post of posts) {
    const { container, media: known } = await bound(post);
    expect(media.find(({ id }) => id === known)?.container).toBe(container);
  }
});

test.concurrent('what somebody deletes before it can be asked for is published without a link, and says so', async () => {
  const account = await Account.open(stack, 'instagram');
  const post = await account.page.parked({ media: [{ id: await account.photo() }], dueInMs: 20_000 });
  await account.fault({ call: 'publishContainer', then: 'dropAnswer' });
  await account.fault({ call: 'readContainer', then: 'refuse', code: 2, times: 'always' });
  await account.page.becomes(post, 'committing');
  const [{ id } = { id: '' }] = (await account.truth()).media;
  await simulate(stack, `/sim/media/${id}`, {}, 'DELETE');
  await account.noFaults();
  const { permalink, reason } = await account.published(post);
  expect(permalink).toBeNull();
  expect(reason).toMatch(/no link here, and no first comment\.$/);
  expect(await account.publications()).toBe(1);
});

/** A post of which nobody knows what became, and the next of its account, which waits for that. */
async function oneBehindAnother(account: Account): Promise<{ unknown: Scheduled; next: Scheduled }> {
  const [media, nextMedia] = [[{ id: await account.photo() }], [await account.photo()]];
  const unknown = await account.page.parked({ media, dueInMs: 20_000 });
  await account.fault({ call: 'publishContainer', then: 'dropAnswer' });
  const container = (await account.truth()).containers.find(({ caption }) => caption === unknown.text)?.id;
  await account.fault({ call: 'readContainer', then: 'refuse', code: 2, times: 'always', object: container });
  await account.page.becomes(unknown, 'committing');
  const next = await account.schedule('feed', nextMedia);
  await eventually(() => waitsForOthers(next), { what: 'the next post to wait' });
  return { unknown, next };
}

test.concurrent('while nobody knows what became of a post, the next of its account waits and says so, and goes out once it is known', async () => {
  const account = await Account.open(stack, 'instagram');
  const { unknown, next } = await oneBehindAnother(account);
  expect((await account.page.target(unknown)).state).toBe('committing');
  expect(await account.publications()).toBe(1);
  const { state, reason } = await account.page.target(next);
  expect([state, reason]).toEqual(['armed', 'Waits until it is known what became of another post of this account.']);
  await account.noFaults();
  await account.fault({ call: 'publishContainer', then: 'slow', doneAt: 'end', delayMs: 5_000 });
  const going = async () => (await account.page.target(next)).reason === null;
  await eventually(going, { what: 'the next post to wait no longer' });
  expect((await account.page.target(next)).state).toBe('armed');
  for (const post of [unknown, next]) expect((await account.published(post)).reason).toBeNull();
  expect(await account.publications()).toBe(2);
});

test.concurrent('that a post waits for another one is written once, and after a day it is given up', async () => {
  const account = await Account.open(stack, 'instagram');
  const { next } = await oneBehindAnother(account);
  const [written, attempts] = [await versionOf(next), await attemptsAt(next)];
  await eventually(async () => (await attemptsAt(next)) > attempts + 1, { what: 'it to wait on' });
  expect(await versionOf(next)).toBe(written);
  await rows.dueEarlier(next.targets[0].id, 24);
  const { reason, choices } = await account.page.becomes(next, 'failed');
  expect(reason).toMatch(/^For a day .* another post of this account/);
  expect(choices).toEqual(['retry', 'cancel']);
  expect(new Set(await account.page.steps(next, 'commit'))).toEqual(new Set(['abandoned']));
  expect(await account.publications()).toBe(1);
});

/** Its commit, where that is not made yet. */
async function pendingCommit({ targets: [{ id }] }: Scheduled) {
  const { raw } = await withTemporal(stack, (client) =>
    client.workflow.getHandle(publishId(rows.tenant, id)).describe(),
  );
  return raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'commitTarget');
}

/** Whether the commit was put off because another post of the account comes first. */
const waitsForOthers = async (post: Scheduled): Promise<boolean> =>
  (await pendingCommit(post))?.lastFailure?.applicationFailureInfo?.type === 'Waits';

const attemptsAt = async (post: Scheduled): Promise<number> => (await pendingCommit(post))?.attempt ?? 0;

/** Another one whenever its row was written. */
async function versionOf({ targets: [{ id }] }: Scheduled): Promise<string | undefined> {
  const version = sql<string>`xmin::text`.as('version');
  const [row] = await asWorker(stack, (db) =>
    db.selectFrom('targets').select(version).where('id', '=', id).executeTakeFirstOrThrow(),
  );
  return row?.version;
}

test.concurrent('two posts of the same words in the same second are never taken for each other', async () => {
  const account = await Account.open(stack, 'instagram');
  await account.fault({ call: 'publishContainer', then: 'dropAnswer', times: 2 });
  const [one, two] = [await account.photo(), await account.photo()];
  const publishAt = new Date(Date.now() + 20_000).toISOString();
  const same = { text: 'The same words', publishAt };
  const posts = [await account.schedule('feed', [one], same), await account.schedule('feed', [two], same)];
  // Somebody deletes one at once: the list has one only, and it is the other's.
  const [gone] = await eventually(
    async () => {
      const { media } = await account.truth();
      return media.length > 0 && media;
    },
    { what: 'the first to be out', everyMs: 20 },
  );
  await simulate(stack, `/sim/media/${gone?.id}`, {}, 'DELETE');
  for (const post of posts) await account.published(post);
  const { media } = await account.truth();
  expect(media).toHaveLength(2);
  for (const post of posts) {
    const { container, media: known } = await bound(post);
    if (known !== null) expect(media.find(({ id }) => id === known)?.container).toBe(container);
  }
});
