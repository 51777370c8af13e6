import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page, type Post } from './page.ts';

let stack: Stack;
let page: Page;
let tenant: string;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  [tenant = ''] = await asWorker(stack, async (_, of) => of);
});
afterAll(() => stack?.stop());

const runOf = (client: Client, { targets: [{ id }] }: Post) => client.workflow.getHandle(publishId(tenant, id));

const shown = (client: Client, post: Post, state: string) =>
  eventually(
    async () => {
      const { typedSearchAttributes: told } = await runOf(client, post).describe();
      return told.get(searchAttributes.state) === state && told;
    },
    { what: `it to be shown as ${state}` },
  );

test('what passes through its states is shown to operators with its outcome only, since each telling costs an action', async () => {
  const post = await page.schedule();
  await page.becomes(post, 'published');
  await withTemporal(stack, async (client) => {
    await runOf(client, post).result();
    const { events } = await runOf(client, post).fetchHistory();
    const tellings = events?.filter((event) => event.upsertWorkflowSearchAttributesEventAttributes) ?? [];
    expect(tellings).toHaveLength(1);
    const told = await shown(client, post, 'published');
    expect(told.get(searchAttributes.platform)).toBe('facebook');
    expect(told.get(searchAttributes.connectionId)).toBeTruthy();
  });
});

test('what waits for its time is shown as waiting', async () => {
  const post = await page.schedule({ dueInMs: 24 * 3_600_000 });
  await withTemporal(stack, async (client) => {
    const told = await shown(client, post, 'waiting');
    expect(told.get(searchAttributes.connectionId)).toBeTruthy();
  });
});

test('what is parked until its instant is shown as armed', async () => {
  const post = await page.parked({ dueInMs: 60_000 });
  await withTemporal(stack, (client) => shown(client, post, 'arming'));
});
