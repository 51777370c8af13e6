import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { discardLeftovers } from '../../activities/publish/discard-leftovers.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { abandonPrepared } from '../../db/tenant/ledger/close.ts';
import { openArmed, openWithParts } from '../../db/tenant/ledger/open.ts';
import { readLedger } from '../../db/tenant/ledger/read.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ByHand, openByHand } from './by-hand.ts';
import { decideOn } from './decision.ts';
import { Page, type Post } from './page.ts';

vi.mock('../../db/tenant/ledger/close.ts', { spy: true });
vi.mock('../../db/tenant/ledger/open.ts', { spy: true });

/**
 * What was prepared is deleted at Meta while a person decides that it is needed after all. The attempts are made in this process, at which no
 * worker is, and are frozen.
 */

let stack: Stack;
let page: Page;
let byHand: ByHand;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  await stack.processes.kill('worker', 'SIGTERM');
  byHand = await openByHand(stack);
});
afterAll(async () => {
  await byHand?.close();
  await stack?.stop();
});

type Text = { text: string };

const reschedule = (post: Post, dueInMs: number) =>
  decideOn(stack, post, { state: 'scheduled', dueAt: new Date(Date.now() + dueInMs), tell: false });

const prepare = ({ targets: [{ id }] }: Post, stage: 'ahead' | 'last', wanted = 1) =>
  byHand.run((parts) => prepareTarget(parts, stage), id, { wanted });

/** Of the revision at which it was put off. */
const discard = ({ targets: [{ id }] }: Post, env = new MockActivityEnvironment()) =>
  byHand.run(discardLeftovers, id, { wanted: 2, env });

/** Of the revision at which it is needed after all. */
const commit = ({ targets: [{ id }] }: Post) => byHand.run(commitTarget, id, { wanted: 3 });

/** An album whose photos lie at Meta, or the whole of it, put off for so long that all of that is deleted. */
async function putOff(laid: 'photos' | 'all'): Promise<Post & Text> {
  const media = [{ id: await page.upload() }, { id: await page.upload() }];
  const post = await page.schedule({ media, dueInMs: 600_000 });
  expect(await prepare(post, 'ahead')).toBe('ready');
  if (laid === 'all') expect(await prepare(post, 'last')).toBe('ready');
  await reschedule(post, 72 * 3_600_000);
  return post;
}

type Real = {
  abandonPrepared: typeof abandonPrepared;
  openArmed: typeof openArmed;
  openWithParts: typeof openWithParts;
};
const real: Real = {
  ...(await vi.importActual<Pick<Real, 'abandonPrepared'>>('../../db/tenant/ledger/close.ts')),
  ...(await vi.importActual<Pick<Real, 'openArmed' | 'openWithParts'>>('../../db/tenant/ledger/open.ts')),
};

/** Who comes there next stands still, right before it is done, until it is let go on. */
function freezeAt<Args extends unknown[], Done>(spied: (...args: Args) => Promise<Done>, done: typeof spied) {
  const [reached, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  vi.mocked(spied).mockImplementationOnce(async (...args: Args) => {
    reached.resolve();
    await thaw.promise;
    return done(...args);
  });
  onTestFinished(() => thaw.resolve());
  return { reached: reached.promise, thaw: () => thaw.resolve() };
}

/** A discard that stands still between its list and the first of it. */
async function frozenDiscard(post: Post, env?: MockActivityEnvironment) {
  const frozen = freezeAt(abandonPrepared, real.abandonPrepared);
  const discarding = discard(post, env);
  await frozen.reached;
  return () => {
    frozen.thaw();
    return discarding;
  };
}

const isWhole = { isPublished: true, publications: 1, photoIds: [expect.any(String), expect.any(String)] };

test('a photo that is put into a post while it is to be deleted stays, and the post goes out whole', async () => {
  const post = await putOff('photos');
  const thawed = await frozenDiscard(post);
  await reschedule(post, 0);
  expect(await prepare(post, 'last', 3)).toBe('ready');
  expect(await thawed()).toBe('stale');
  expect(await page.steps(post, 'discard')).toEqual([]);
  expect(await commit(post)).toBe('published');
  expect(await page.everMade(post)).toMatchObject([isWhole]);
});

test('a draft whose commit waits for its instant stays while it is to be deleted, and goes out whole', async () => {
  const post = await putOff('all');
  const thawed = await frozenDiscard(post);
  await reschedule(post, 8_000);
  const parked = commit(post);
  await eventually(async () => (await page.steps(post, 'commit')).join() === 'armed', { what: 'it to be armed' });
  await thawed();
  expect(await page.steps(post, 'discard')).toEqual([]);
  expect(await parked).toBe('published');
  expect(await page.everMade(post)).toMatchObject([isWhole]);
});

test('a draft that is being deleted is not committed: it is made anew, and nothing else is deleted', async () => {
  const post = await putOff('all');
  const thawed = await frozenDiscard(post);
  await reschedule(post, 0);
  const arming = freezeAt(openArmed, real.openArmed);
  const committing = commit(post);
  await arming.reached;
  expect(await thawed()).toBe('stale');
  expect(await page.steps(post, 'discard')).toEqual(['done']);
  arming.thaw();
  expect(await committing).toBe('stale');
  expect(await page.steps(post, 'commit')).toEqual([]);
  for (const stage of ['ahead', 'last'] as const) expect(await prepare(post, stage, 3)).toBe('ready');
  expect(await commit(post)).toBe('published');
  expect(await page.everMade(post)).toMatchObject([{ isPublished: false, publications: 0 }, isWhole]);
});

test('a photo that is being deleted goes into nothing: it is sent anew, and nothing else is deleted', async () => {
  const post = await putOff('photos');
  const thawed = await frozenDiscard(post);
  await reschedule(post, 0);
  const opening = freezeAt(openWithParts, real.openWithParts);
  const preparing = prepare(post, 'last', 3);
  await opening.reached;
  expect(await thawed()).toBe('stale');
  expect(await page.steps(post, 'discard')).toEqual(['done']);
  opening.thaw();
  await expect(preparing).rejects.toThrow('is being deleted');
  for (const stage of ['ahead', 'last'] as const) expect(await prepare(post, stage, 3)).toBe('ready');
  expect(await commit(post)).toBe('published');
  expect(await page.everMade(post)).toMatchObject([isWhole]);
});

test('what another attempt has just taken to delete it is looked at again, in case that one leaves it at that', async () => {
  const post = await putOff('all');
  const thawed = await frozenDiscard(post);
  await byHand.run(
    ({ tenants }) =>
      ({ tenant, target }) =>
        tenants.use(tenant, async (db) => {
          const draft = (await readLedger(db, target)).find(({ step }) => step === 'draft');
          return draft && real.abandonPrepared(db, draft, 2);
        }),
    post.targets[0].id,
  );
  await expect(thawed()).rejects.toThrow('has not deleted yet');
  expect(await page.steps(post, 'discard')).toEqual([]);
  expect(await discard(post)).toBe('done');
  expect(await page.steps(post, 'discard')).toEqual(['done', 'done', 'done']);
});

test('who is told to give up deletes nothing more', async () => {
  const post = await putOff('photos');
  const env = new MockActivityEnvironment();
  const thawed = await frozenDiscard(post, env);
  env.cancel();
  await expect(thawed()).rejects.toThrow(/cancel/i);
  expect(await page.steps(post, 'discard')).toEqual(['done']);
});

test('a draft that somebody publishes by hand after it was looked at is not deleted by one that was frozen since', async () => {
  const post = await putOff('all');
  const [looked, thaw] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const discarding = byHand.run(
    (parts) => {
      const call = parts.graph.call.bind(parts.graph);
      const spy = vi.spyOn(parts.graph, 'call').mockImplementationOnce(async <T>(asked: Parameters<typeof call>[0]) => {
        const answer = await call<T>(asked);
        looked.resolve();
        await thaw.promise;
        return answer;
      });
      onTestFinished(() => spy.mockRestore());
      return discardLeftovers(parts);
    },
    post.targets[0].id,
    { wanted: 2 },
  );
  await looked.promise;
  const [draft] = await page.everMade(post);
  await stack.simulator.ask('POST', `/sim/posts/${draft?.id}/publish`);
  passTime();
  thaw.resolve();
  await expect(discarding).rejects.toThrow('has not deleted yet');
  expect(await page.everMade(post)).toMatchObject([{ ...isWhole, deletedAt: null }]);
});

/** What was seen before says nothing any more. */
function passTime(): void {
  const now = performance.now.bind(performance);
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_001);
  onTestFinished(() => spy.mockRestore());
}
