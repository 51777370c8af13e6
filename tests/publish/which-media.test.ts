import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Account, type Scheduled, simulate } from './accounts.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
});
afterAll(() => stack?.stop());

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
  expect(reason).toMatch(/no link here, and no first comment/);
  const { media: all, comments } = await account.truth();
  expect(all.map(({ container }) => container === null)).toEqual(expect.arrayContaining([true, false]));
  expect(all).toHaveLength(2);
  expect(comments).toEqual([]);
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

test.concurrent('while nobody knows what became of a post, the next of its account waits, and goes out once it is known', async () => {
  const account = await Account.open(stack, 'instagram');
  const [media, nextMedia] = [[{ id: await account.photo() }], [await account.photo()]];
  const unknown = await account.page.parked({ media, dueInMs: 20_000 });
  await account.fault({ call: 'publishContainer', then: 'dropAnswer' });
  const container = (await account.truth()).containers.find(({ caption }) => caption === unknown.text)?.id;
  await account.fault({ call: 'readContainer', then: 'refuse', code: 2, times: 'always', object: container });
  await account.page.becomes(unknown, 'committing');
  const next = await account.schedule('feed', nextMedia);
  await eventually(() => waitsForOthers(next), { what: 'the next post to wait' });
  expect((await account.page.target(unknown)).state).toBe('committing');
  expect(await account.publications()).toBe(1);
  await account.noFaults();
  for (const post of [unknown, next]) await account.published(post);
  expect(await account.publications()).toBe(2);
});

/** Whether the commit was put off because another post of the account comes first. */
const waitsForOthers = async ({ targets: [{ id }] }: Scheduled): Promise<boolean> => {
  const { id: tenant } = await stack.control.control.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  const { raw } = await withTemporal(stack, (client) => client.workflow.getHandle(publishId(tenant, id)).describe());
  return (raw.pendingActivities ?? []).some(
    ({ activityType, lastFailure }) =>
      activityType?.name === 'commitTarget' && lastFailure?.applicationFailureInfo?.type === 'Waits',
  );
};

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
