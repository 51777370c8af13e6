import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { beginEdit } from '../../activities/publish/begin-edit.ts';
import { commentTarget } from '../../activities/publish/comment-target.ts';
import { editTarget } from '../../activities/publish/edit-target.ts';
import { leaveTarget } from '../../activities/publish/leave-target.ts';
import { readTarget } from '../../activities/publish/read-target.ts';
import { tell } from '../../activities/tell.ts';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { sayUnwritten } from '../../db/tenant/ledger/comments.ts';
import { openEntry, openOnce } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ByHand, openByHand } from './by-hand.ts';
import { Page, type Post, type Truth } from './page.ts';

vi.mock('../../db/tenant/ledger/open.ts', { spy: true });
vi.mock('../../activities/publish/begin-edit.ts', { spy: true });
vi.mock('../../activities/tell.ts', { spy: true });

/** First comments and edits that one attempt is at while another takes it for dead. */

const comment = 'The first comment';
const { openOnce: realOpenOnce } = await vi.importActual<typeof import('../../db/tenant/ledger/open.ts')>(
  '../../db/tenant/ledger/open.ts',
);
let stack: Stack;
let page: Page;
let byHand: ByHand;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  byHand = await openByHand(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(async () => {
  await byHand?.close();
  await stack?.stop();
});

type Published = Post & { text: string };

/** A published post that is to have something, of which no workflow knows yet. */
async function publish(wanted: { first_comment: string } | { wished_text: string }): Promise<Published> {
  const post = await page.schedule();
  await page.becomes(post, 'published');
  await eventually(async () => (await page.target(post)).permalink, { what: 'its address' });
  const wishedAt = 'wished_text' in wanted ? { wished_at: new Date() } : {};
  await asWorker(stack, (db) =>
    db
      .updateTable('targets')
      .set({ ...wanted, ...wishedAt })
      .where('id', '=', post.targets[0].id)
      .execute(),
  );
  return post;
}

/** An attempt at its comment, in this process. */
const attempt = ({ targets: [{ id }] }: Post) => byHand.run(commentTarget, id);

const isOpen = (post: Post, step: 'comment' | 'edit' = 'comment') =>
  eventually(async () => (await page.steps(post, step)).join() === 'open', { what: `the ${step} to be begun` });

/** What was begun before must not be called for any more. */
function passTime(): void {
  const now = performance.now.bind(performance);
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_001);
  onTestFinished(() => spy.mockRestore());
}

/** As if nothing was heard of it for longer than a call can last. */
const letTimePass = (post: Post) =>
  asWorker(stack, (db) =>
    sql`update ledger set opened_at = opened_at - interval '30 seconds' where step = 'comment' and target = ${post.targets[0].id}`.execute(
      db,
    ),
  );

async function comments(post: Published): Promise<string[]> {
  const { comments } = await stack.simulator.truth<Truth>();
  const [{ id } = { id: '' }] = await page.everMade(post);
  return comments.filter(({ object }) => object === id).map(({ message }) => message);
}

test('while the answer may still come nobody gives it up, and what was said too early is taken back', async () => {
  const post = await publish({ first_comment: comment });
  await stack.simulator.fault({ call: 'comment', then: 'slow', doneAt: 'end', delayMs: 10_000, times: 1 });
  const slow = attempt(post);
  await isOpen(post);
  await expect(attempt(post)).rejects.toThrow('may be under way');
  expect((await page.target(post)).reason).toBeNull();
  await letTimePass(post);
  expect(await attempt(post)).toBe('none');
  expect((await page.target(post)).reason).toContain('did not say whether the first comment');
  expect(await slow).toBe('written');
  expect((await page.target(post)).reason).toBeNull();
  expect(await page.steps(post, 'comment')).toEqual(['done']);
  expect(await comments(post)).toEqual([comment]);
});

/** An attempt that stands still once its comment is begun, until it is let go on. */
async function freeze(post: Published): Promise<{ frozen: Promise<unknown>; thaw: () => void }> {
  const thaw = Promise.withResolvers<void>();
  onTestFinished(() => thaw.resolve());
  vi.mocked(openOnce).mockImplementationOnce(async (...args) => {
    const isOurs = await realOpenOnce(...args);
    await thaw.promise;
    return isOurs;
  });
  const frozen = attempt(post);
  await isOpen(post);
  return { frozen, thaw: () => thaw.resolve() };
}

/** An attempt that is frozen once its comment is begun, given up by another one, and woken after something else was written. */
async function wakesGivenUp(post: Published, meanwhile?: (db: TenantDb, target: string) => Promise<unknown>) {
  const { frozen, thaw } = await freeze(post);
  await letTimePass(post);
  expect(await attempt(post)).toBe('none');
  expect(await page.steps(post, 'comment')).toEqual(['unknown']);
  if (meanwhile) await asWorker(stack, (db) => meanwhile(db, post.targets[0].id));
  passTime();
  thaw();
  await expect(frozen).rejects.toThrow('took too long');
}

async function isWrittenAfterAll(post: Published): Promise<void> {
  await eventually(async () => (await page.steps(post, 'comment')).includes('done'), {
    withinMs: 60_000,
    what: 'the comment',
  });
  expect(await page.steps(post, 'comment')).toEqual(['abandoned', 'done']);
  expect(await comments(post)).toEqual([comment]);
  expect((await page.target(post)).reason).toBeNull();
}

test('one that was frozen before its call, and given up meanwhile, calls nothing and lets it be written after all', async () => {
  const post = await publish({ first_comment: comment });
  await wakesGivenUp(post);
  await isWrittenAfterAll(post);
});

test('where nobody could be told that it is to be written after all, it says that it is not there until it is', async () => {
  const post = await publish({ first_comment: comment });
  vi.mocked(tell).mockImplementationOnce(async () => {});
  await wakesGivenUp(post);
  expect((await page.target(post)).reason).toContain('The first comment was not written');
  await isWrittenAfterAll(post);
});

test('what an edit says or unsays of the post meanwhile takes nothing of that away', async () => {
  const post = await publish({ first_comment: comment });
  await wakesGivenUp(post, (db, target) =>
    db.updateTable('targets').set({ reason: null }).where('id', '=', target).execute(),
  );
  await isWrittenAfterAll(post);
});

test('one that wakes after its workflow has left lets it be written after all', async () => {
  const post = await publish({ first_comment: comment });
  const { frozen, thaw } = await freeze(post);
  await byHand.run((parts) => (ref) => leaveTarget(parts)({ ...ref, commentGivenUp: true }), post.targets[0].id);
  expect((await page.target(post)).reason).toContain('did not say whether the first comment');
  passTime();
  thaw();
  await expect(frozen).rejects.toThrow('took too long');
  await isWrittenAfterAll(post);
});

test('what Meta said to one that wakes late is not said of a comment that was written meanwhile', async () => {
  const post = await publish({ first_comment: comment });
  await asWorker(stack, async (db) => {
    const entry = { id: uuidv7(), target: post.targets[0].id, step: 'comment', revision: 1 } as const;
    await openEntry(db, { ...entry, contentHash: Buffer.alloc(32), status: 'open' });
    await closeEntry(db, entry.id, { status: 'done' });
    await sayUnwritten(db, entry.target, 'Meta refused it.');
  });
  expect((await page.target(post)).reason).toBeNull();
});

test('of two attempts at once the second does not take it for written because the first has begun', async () => {
  const post = await publish({ first_comment: comment });
  const first = uuidv7();
  vi.mocked(openOnce).mockImplementationOnce(async (db, entry) => {
    await openEntry(db, { ...entry, id: first });
    return realOpenOnce(db, entry);
  });
  await expect(attempt(post)).rejects.toThrow('may be under way');
  await asWorker(stack, (db) => closeEntry(db, first, { status: 'abandoned' }));
  expect(await attempt(post)).toBe('written');
  expect(await comments(post)).toEqual([comment]);
});

test('a workflow that begins anew sees to a comment that nobody has ended', async () => {
  const post = await publish({ first_comment: comment });
  const target = post.targets[0].id;
  const entry = { id: uuidv7(), target, step: 'comment', revision: 1, contentHash: Buffer.alloc(32) } as const;
  await asWorker(stack, (db) => openEntry(db, { ...entry, status: 'open' }));
  expect(await byHand.run(readTarget, target)).toMatchObject({ is: 'over', chores: ['comment'] });
});

test('an edit that was frozen before its call calls nothing, since another attempt may be at it', async () => {
  const post = await publish({ wished_text: 'Another text' });
  const { beginEdit: real } = await vi.importActual<{ beginEdit: typeof beginEdit }>(
    '../../activities/publish/begin-edit.ts',
  );
  const thaw = Promise.withResolvers<void>();
  vi.mocked(beginEdit).mockImplementationOnce(async (...args) => {
    const begun = await real(...args);
    await thaw.promise;
    return begun;
  });
  const frozen = byHand.run(editTarget, post.targets[0].id);
  await isOpen(post, 'edit');
  passTime();
  thaw.resolve();
  await expect(frozen).rejects.toThrow('has to be known first');
  expect(await page.steps(post, 'edit')).toEqual(['abandoned']);
  expect(await page.publications(post)).toBe(1);
});
