import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

// A parked attempt of a killed worker is noticed when its heartbeat is missed, after 30 s.
const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

test('a worker killed while a commit is parked: published once', async () => {
  const post = await page.parked({ dueInMs: 20_000 });
  await stack.processes.kill('worker', 'SIGKILL');
  expect(await page.everMade(post)).toMatchObject([{ publishCalls: 0 }]);
  await stack.processes.start('worker');
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});

test('a worker killed while its call is under way: published once', async () => {
  await stack.simulator.fault({ call: 'publish', then: 'slow', doneAt: 'start', delayMs: 15_000, times: 1 });
  const post = await page.schedule();
  await eventually(async () => (await page.everMade(post))[0]?.publishCalls, { what: 'the call to be under way' });
  await stack.processes.restart('worker', 'SIGKILL');
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});
