import { afterAll, beforeAll, expect, test } from 'vitest';
import { asWorker } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { decideOn } from './decision.ts';
import { Page, type Truth } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

/** Kills the worker while its call is under way at Meta, where it has been done already. */
async function killDuring(call: string, begin: () => Promise<unknown>): Promise<void> {
  await stack.simulator.fault({ call, then: 'slow', doneAt: 'start', delayMs: withinMs, times: 1 });
  await begin();
  const underWay = async () => (await stack.simulator.faults()).some((fault) => fault.call === call && fault.hits);
  await eventually(underWay, { withinMs, what: `${call} to be under way` });
  await stack.processes.restart('worker', 'SIGKILL');
}

test('a worker killed while it deletes what is left: it is gone, and known to be', async () => {
  const post = await page.schedule({ dueInMs: 60_000 });
  await page.becomes(post, 'armed', withinMs);
  await killDuring('deletePost', () => decideOn(stack, post, { state: 'canceled' }));
  await eventually(async () => (await page.steps(post, 'discard')).includes('done'), {
    withinMs,
    what: 'the next try',
  });
  expect(await page.everMade(post)).toMatchObject([{ publications: 0, deletedAt: expect.any(String) }]);
  expect((await page.target(post)).state).toBe('canceled');
});

test('a worker killed while it writes the first comment: there is one', async () => {
  const post = await page.schedule({ dueInMs: 3_600_000 });
  await asWorker(stack, (db) =>
    db.updateTable('targets').set({ first_comment: 'First' }).where('id', '=', post.targets[0].id).execute(),
  );
  await killDuring('comment', () => decideOn(stack, post, { state: 'scheduled', dueAt: new Date() }));
  await page.becomes(post, 'published', withinMs);
  const entry = async () => {
    const { control } = stack.control;
    return control
      .selectFrom('workflows')
      .select('id')
      .where('id', 'like', `%${post.targets[0].id}`)
      .executeTakeFirst();
  };
  await eventually(async () => !(await entry()), { withinMs, what: 'the workflow to be over' });
  const { comments } = await stack.simulator.truth<Truth>();
  expect(comments.filter(({ message }) => message === 'First')).toHaveLength(1);
});
