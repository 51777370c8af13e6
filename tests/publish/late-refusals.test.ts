import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { look } from '../../activities/publish/look.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ByHand, openByHand } from './by-hand.ts';
import { Page } from './page.ts';

vi.mock('../../activities/publish/look.ts', { spy: true });

/** Attempts in this process, at which no worker is. */

let stack: Stack;
let page: Page;
let byHand: ByHand;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  await stack.processes.kill('worker', 'SIGTERM');
  byHand = await openByHand(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(async () => {
  await byHand?.close();
  await stack?.stop();
});

/** A post whose commit Meta refuses for now: the attempt at it, and what stands in control afterwards. */
async function refused() {
  const post = await page.schedule();
  const [{ id }] = post.targets;
  expect(await byHand.run((parts) => prepareTarget(parts, 'last'), id)).toBe('ready');
  await stack.simulator.fault({ call: 'publish', then: 'refuse', code: 9007, subcode: 2207027 });
  const attempt = byHand.run(commitTarget, id);
  return { post, attempt, entry: () => readEntry(stack.control.control, publishId(byHand.tenant, id)) };
}

test('a refusal for now gives the claim back', async () => {
  const { attempt, entry } = await refused();
  await expect(attempt).rejects.toThrow('may not go out just now');
  expect((await entry())?.claimedBy).toBeNull();
});

test('a refusal that is concluded so late that a witness may have called again proves nothing: the claim stays', async () => {
  const { look: real } = await vi.importActual<{ look: typeof look }>('../../activities/publish/look.ts');
  vi.mocked(look).mockImplementationOnce(async (...args) => {
    const seen = await real(...args);
    const now = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + 20_000);
    onTestFinished(() => spy.mockRestore());
    return seen;
  });
  const { post, attempt, entry } = await refused();
  expect(await attempt).toBe('unknown');
  expect((await entry())?.claimedBy).not.toBeNull();
  expect(await page.steps(post, 'commit')).toEqual(['unknown']);
});
