import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { commitTarget } from '../../activities/publish/commit-target.ts';
import { look } from '../../activities/publish/look.ts';
import { prepareTarget } from '../../activities/publish/prepare-target.ts';
import { witnessTarget } from '../../activities/publish/witness-target.ts';
import { readEntry } from '../../db/control/workflows/read-entry.ts';
import { publishId } from '../../workflows/ids.ts';
import { asWorker } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type ByHand, openByHand } from './by-hand.ts';
import { Page } from './page.ts';
import { Rows } from './rows.ts';

vi.mock('../../activities/publish/look.ts', { spy: true });

/** Attempts in this process, at which no worker is. */

let stack: Stack;
let page: Page;
let byHand: ByHand;
let rows: Rows;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  await stack.processes.kill('worker', 'SIGTERM');
  byHand = await openByHand(stack);
  rows = await Rows.open(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(async () => {
  await byHand?.close();
  await rows?.close();
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

/** What Meta says about the token of a login that it has refused. */
const said = [
  ['calls good', undefined],
  ['says nothing about', { call: 'debugToken', then: 'refuse', code: 200, times: 'always' }],
] as const;

test.each(said)(
  'a login that Meta refuses and %s is tried for a day; then the post is given up, in words',
  async (_, silent) => {
    const [{ id }] = (await page.schedule()).targets;
    await stack.simulator.fault({ call: 'createPost', then: 'refuse', code: 190, subcode: 459, times: 'always' });
    if (silent) await stack.simulator.fault(silent);
    const prepare = () => byHand.run((parts) => prepareTarget(parts, 'last'), id);
    await expect(prepare()).rejects.toThrow('Meta did not take it for now');
    const reason = expect.stringContaining('asks the person who connected this account');
    expect(await standing(id)).toMatchObject({ state: 'preparing', reason });
    await rows.dueEarlier(id, 24);
    expect(await prepare()).toBe('over');
    expect(await standing(id)).toMatchObject({ state: 'failed', reason, choices: ['retry', 'cancel'] });
  },
);

test('a post that no login may be asked about for a day is left to a person', async () => {
  const post = await page.schedule();
  const [{ id }] = post.targets;
  expect(await byHand.run((parts) => prepareTarget(parts, 'last'), id)).toBe('ready');
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer' });
  expect(await byHand.run(commitTarget, id)).toBe('unknown');
  await stack.simulator.fault({ call: 'readPost', then: 'refuse', code: 190, subcode: 459, times: 'always' });
  await stack.simulator.fault({ call: 'debugToken', then: 'refuse', code: 200, times: 'always' });
  expect(await byHand.run(witnessTarget, id)).toBe('undecided');
  await rows.claimedEarlier(id, 24 * 60);
  expect(await byHand.run(witnessTarget, id)).toBe('over');
  expect(await standing(id)).toMatchObject({ state: 'held', heldFor: 'outcome', choices: ['live', 'publishAgain'] });
});

async function standing(id: string) {
  const [row] = await asWorker(stack, (db) =>
    db
      .selectFrom('targets')
      .select(['state', 'held_for as heldFor', 'reason', 'choices'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
  );
  if (!row) throw new Error('There is no such target');
  return row;
}

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
