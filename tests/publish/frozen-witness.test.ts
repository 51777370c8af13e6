import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import type { Look } from '../../activities/publish/forms/form.ts';
import { notProcessed } from '../../activities/publish/forms/page-video-status.ts';
import { look } from '../../activities/publish/look.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { witnessTarget } from '../../activities/publish/witness-target.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ByHand, openByHand } from './by-hand.ts';
import { Page } from './page.ts';

vi.mock('../../activities/publish/look.ts', { spy: true });

/** Witnesses in this process, at which no worker is: one of them is frozen while the others go on. */

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

/** A post whose commit nobody heard of, and a witness that was frozen after it had seen this. */
async function frozenAfter(seen: Look) {
  const post = await page.schedule();
  const [{ id }] = post.targets;
  expect(await byHand.run((parts) => prepareTarget(parts, 'last'), id)).toBe('ready');
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer' });
  expect(await byHand.run(commitTarget, id)).toBe('unknown');
  const [thaw, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  vi.mocked(look).mockImplementationOnce(async () => {
    looked.resolve();
    await thaw.promise;
    return seen;
  });
  const frozen = byHand.run(witnessTarget, id);
  await looked.promise;
  return {
    post,
    id,
    thawed: () => {
      thaw.resolve();
      return frozen;
    },
  };
}

test('a witness that was frozen says nothing of what a person decided meanwhile', async () => {
  const failed: Look = { seen: 'failed', failure: notProcessed };
  const { post, id, thawed } = await frozenAfter(failed);
  vi.mocked(look).mockResolvedValueOnce(failed);
  expect(await byHand.run(witnessTarget, id)).toBe('over');
  expect((await page.target(post)).state).toBe('failed');
  expect((await readEntry(stack.control.control, publishId(byHand.tenant, id)))?.claimedBy).toBeNull();
  expect((await stack.member.post(`/v1/targets/${id}/resolve`, { choice: 'retry' })).status).toBe(200);
  expect(await thawed()).toBe('over');
  expect((await page.target(post)).state).toBe('scheduled');
});

test('a witness that was frozen calls nothing once another has seen that it is live', async () => {
  const { post, id, thawed } = await frozenAfter({ seen: 'not-live' });
  expect(await byHand.run(witnessTarget, id)).toBe('published');
  expect(await thawed()).toBe('undecided');
  expect((await page.target(post)).state).toBe('published');
  expect(await page.steps(post, 'commit')).toEqual(['done']);
});
