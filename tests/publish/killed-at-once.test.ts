import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { withDatabase } from '../../db/admin.ts';
import { publishId } from '../../workflows/ids.ts';
import { newPerson } from '../connection/person.ts';
import { eventually } from '../stack/eventually.ts';
import { HeldRow } from '../stack/held-row.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page, type Post, type Truth } from './page.ts';
import { takenOver } from './taken-over.ts';

const withinMs = 120_000;
const neverMs = 3_600_000;
type Scheduled = Post & { text: string };

let stack: Stack;
let account: Page;
let pages: Page[];
/** Each at its step when the worker is killed, all at once: what is waited for afterwards is waited for once. */
let [looked, drafted, commented, claimed]: Scheduled[] = [];

const at = (index: number) => pages[index] as Page;
const ofIt = (post: Scheduled | undefined) => post as Scheduled;

beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.05' } });
  account = await Page.connect(stack, undefined, 'instagram');
  pages = [];
  for (const name of ['Looked', 'Drafted', 'Commented']) {
    const person = await newPerson(stack.simulator, [{ name }]);
    pages.push(await Page.connect(stack, person.id));
  }
  const { simulator, processes } = stack;
  claimed = await account.parked({ dueInMs: 12_000, media: [{ id: await account.upload() }] });
  const claim = await holdClaim(claimed);

  const slow = (call: string, index: number, delayMs: number, doneAt: 'start' | 'end') =>
    simulator.fault({ call, then: 'slow', delayMs, doneAt, page: at(index).metaId });
  await simulator.fault({ call: 'publish', then: 'dropAnswer', page: at(0).metaId });
  await slow('readPost', 0, neverMs, 'start');
  await slow('createPost', 1, 8_000, 'start');
  await slow('comment', 2, neverMs, 'end');
  const comments = [{ account: at(2).account, kind: 'feed', firstComment: 'The first' }];
  [looked, drafted, commented] = await Promise.all([
    at(0).schedule(),
    at(1).schedule(),
    at(2).schedule({ targets: comments }),
  ]);
  const isUnderWay = async (index: number) => (await simulator.faults(at(index).metaId)).every(({ hits }) => hits > 0);
  await eventually(() => isUnderWay(1), { withinMs, what: 'the draft to be made' });
  const close = await holdDraft(ofIt(drafted));
  for (const index of [0, 2]) await eventually(() => isUnderWay(index), { withinMs, what: `call ${index}` });
  for (const row of [close, claim]) await eventually(() => row.isWanted(), { withinMs, what: 'a row to be wanted' });

  await processes.kill('worker', 'SIGKILL');
  // What was made is never written down; that it was claimed is.
  await close.refuse();
  await Promise.all([close.release(), claim.release()]);
  await eventually(() => isClaimed(ofIt(claimed)), { what: 'the claim of who is dead' });
  expect(await containersOf(ofIt(claimed))).toMatchObject([{ publishCalls: 0 }]);
  await processes.start('worker');
});
afterAll(() => stack?.stop());

const tenantOf = async () =>
  stack.control.control.selectFrom('tenants').select(['id', 'database']).executeTakeFirstOrThrow();

async function holdClaim({ targets: [{ id }] }: Post): Promise<HeldRow> {
  const entry = publishId((await tenantOf()).id, id);
  return HeldRow.take(stack.control.ownerUrl, 'select id from workflows where id = $1 for update', [entry]);
}

async function holdDraft({ targets: [{ id }] }: Post): Promise<HeldRow> {
  const url = withDatabase(inject('superuserUrl'), (await tenantOf()).database);
  return HeldRow.take(url, "select id from ledger where target = $1 and step = 'draft' for update", [id]);
}

async function isClaimed({ targets: [{ id }] }: Post): Promise<boolean> {
  const entries = stack.control.control.selectFrom('workflows').select('claimed_by as claimedBy');
  const entry = await entries.where('id', 'like', `%${id}`).executeTakeFirst();
  return entry?.claimedBy != null;
}

async function containersOf({ text }: { text: string }) {
  interface Container {
    caption: string | null;
    publishCalls: number;
    publications: number;
  }
  const { containers } = await stack.simulator.truth<{ containers: Container[] }>();
  return containers.filter(({ caption }) => caption === text);
}

test('killed between a draft’s answer and its entry in the ledger: published once, and the lost draft is deleted', async () => {
  await at(1).becomes(ofIt(drafted), 'published', withinMs);
  const made = () => at(1).everMade(ofIt(drafted));
  expect((await made()).map(({ publications }) => publications).sort()).toEqual([0, 1]);
  await eventually(async () => (await made()).every(({ isPublished, deletedAt }) => isPublished || deletedAt), {
    withinMs,
    what: 'the lost draft to be deleted',
  });
  expect((await made()).filter(({ isPublished }) => isPublished)).toHaveLength(1);
});

test('killed between a claim and its call: published once', async () => {
  await account.becomes(ofIt(claimed), 'published', withinMs);
  expect(await containersOf(ofIt(claimed))).toMatchObject([{ publishCalls: 1, publications: 1 }]);
});

test('killed while it looks whether a post is live: published once', async () => {
  await at(0).becomes(ofIt(looked), 'published', withinMs);
  expect(await at(0).everMade(ofIt(looked))).toMatchObject([{ publications: 1 }]);
});

test('whoever was at a look or at a comment is missed after seconds, not when its whole time is up', async () => {
  const missed = async (post: Scheduled, activity: string) =>
    eventually(async () => (await takenOver(stack, post.targets[0].id)).includes(activity), {
      withinMs,
      what: `${activity} to be taken over`,
    });
  await missed(ofIt(looked), 'witnessTarget');
  await missed(ofIt(commented), 'commentTarget');
});

test('killed while it writes the first comment, and Meta never does: that nobody knows is said', async () => {
  const post = ofIt(commented);
  await at(2).becomes(post, 'published', withinMs);
  const reason = await eventually(async () => (await at(2).target(post)).reason, { withinMs, what: 'a word about it' });
  expect(reason).toContain('first comment');
  expect(await at(2).steps(post, 'comment')).toEqual(['unknown']);
  const { comments } = await stack.simulator.truth<Truth>();
  expect(comments.filter(({ message }) => message === 'The first')).toEqual([]);
});
