import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Page } from './page.ts';

const withinMs = 120_000;
let stack: Stack;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  page = await Page.connect(stack);
});
afterAll(() => stack?.stop());

test('a worker killed while a photo goes up: published well before the whole time of an upload is over', async () => {
  await stack.simulator.fault({ call: 'uploadPhoto', then: 'slow', delayMs: withinMs, times: 1 });
  const post = await page.schedule({ media: [{ id: await page.upload() }] });
  // Under way at Meta, not only about to be: a fault that is still there would hit the next attempt.
  await eventually(async () => (await stack.simulator.faults())[0]?.hits, { what: 'the upload to be under way' });
  await stack.processes.restart('worker', 'SIGKILL');
  await page.becomes(post, 'published', withinMs);
  expect(await page.publications(post)).toBe(1);
});
