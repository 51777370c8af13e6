import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';
import { gaveWay } from './taken-over.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack({ temporal: 'own' });
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

test('a worker that is stopped gives its parked commits to the next one, which need not miss it first', async () => {
  const post = await page.parked({ dueInMs: 20_000 });
  await stack.processes.restart('worker', 'SIGTERM');
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
  const givenBack = async () => (await gaveWay(stack, post.targets[0].id)).includes('commitTarget');
  await eventually(givenBack, { withinMs, what: 'the history to say that it was given back' });
});

test('the API killed after its answer: published once, and the same key gives the same post', async () => {
  const key = crypto.randomUUID();
  const request = { text: `Said once ${key}`, publishAt: new Date(Date.now() + 4_000).toISOString(), key };
  const post = await page.schedule(request);
  await stack.processes.restart('api', 'SIGKILL');
  const again = await page.schedule(request);
  expect(again.id).toBe(post.id);
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});

test('a post scheduled while Temporal is down is published once when it is back', async () => {
  await stack.processes.kill('temporal', 'SIGTERM');
  const post = await page.schedule();
  await stack.processes.start('temporal');
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});
