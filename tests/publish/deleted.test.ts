import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page, type Post } from './page.ts';

const withinMs = 60_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterEach(() => stack.simulator.noFaults());
afterAll(() => stack?.stop());

async function askToDelete({ targets: [{ id }] }: Post): Promise<void> {
  await asWorker(stack, async (db, tenant) => {
    await db.updateTable('targets').set({ state: 'deleting' }).where('id', '=', id).execute();
    await withTemporal(stack, (client) => nudge(client, publishId(tenant, id)));
  });
}

test('a published post that is to be deleted is gone at Meta, also when the answer is lost', {
  timeout: withinMs,
}, async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'dropAnswer', times: 1 });
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  await askToDelete(post);
  await page.becomes(post, 'deleted', withinMs);
  expect(await page.everMade(post)).toMatchObject([{ isPublished: false, publications: 1 }]);
});

test('a post that Meta does not delete stays published, and says why', { timeout: withinMs }, async () => {
  await stack.simulator.fault({ call: 'deletePost', then: 'refuse', code: 200, times: 'always' });
  const post = await page.schedule();
  await page.becomes(post, 'published', withinMs);
  await askToDelete(post);
  const said = await eventually(async () => (await page.target(post)).reason, { withinMs, what: 'a reason' });
  expect(said).toContain('stays published');
  expect((await page.target(post)).state).toBe('published');
  expect(await page.publications(post)).toBe(1);
});
