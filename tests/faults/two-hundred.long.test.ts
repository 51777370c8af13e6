import { afterAll, beforeAll, expect, test } from 'vitest';
import { planRun } from './plan.ts';
import { steps } from './steps.ts';
import { Suite } from './suite.ts';

const [runs, seed, atOnce] = [200, 1, 60];
/** A quiet machine needs two or three minutes. */
const withinMs = 20 * 60_000;
let suite: Suite;

beforeAll(async () => {
  suite = await Suite.open({ seed, atOnce, say: console.error });
}, 300_000);
afterAll(() => suite?.close(), 60_000);

test('of two hundred posts, whatever breaks, none is published twice, lost, published after its cancellation, wrong, or left open', {
  timeout: withinMs,
}, async () => {
  const { played, findings } = await suite.play(Array.from({ length: runs }, (_, index) => planRun(seed, index, runs)));
  expect(findings).toEqual([]);
  expect(suite.disturber.died).toEqual([]);
  expect(new Set(played.map(({ run }) => run)).size).toBe(runs);
  for (const step of steps) expect(suite.disturber.counts.get(`worker killed at ${step}`)).toBeGreaterThan(0);
});
