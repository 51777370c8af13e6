import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishId } from '../../workflows/ids.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page, type Post } from './page.ts';
import { Rows } from './rows.ts';

const withinMs = 120_000;
const inAnHour = () => new Date(Date.now() + 3_600_000);

let stack: Stack;
let page: Page;
let rows: Rows;
beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
  rows = await Rows.open(stack);
});
afterAll(async () => {
  await rows?.close();
  await stack?.stop();
});

const entry = ({ targets: [{ id }] }: Post) =>
  stack.control.control
    .selectFrom('workflows')
    .select(['wanted', 'due_at'])
    .where('id', '=', publishId(rows.tenant, id))
    .executeTakeFirst();

test.concurrent('a command that died on its way to an earlier time leaves the post to its own', async () => {
  const post = await page.schedule({ publishAt: inAnHour().toISOString() });
  await rows.givenUp(post.targets[0].id, new Date());
  await eventually(async () => (await entry(post))?.due_at?.toISOString() === post.publishAt, {
    withinMs,
    what: 'the entry to have the time of its row again',
  });
  expect([(await page.target(post)).state, await page.publications(post)]).toEqual(['scheduled', 0]);
});

test.concurrent('a command that died on its way to a later time does not keep the post back', async () => {
  const post = await page.parked({ dueInMs: 25_000 });
  await rows.givenUp(post.targets[0].id, inAnHour());
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});
