import { afterAll, beforeAll, expect, test } from 'vitest';
import { Campaign } from './campaign.ts';
import { planRun } from './plan.ts';
import { steps } from './steps.ts';

const [runs, seed, places, atOnce] = [200, 1, 2, 60];
/** A quiet machine needs two or three minutes. */
const withinMs = 20 * 60_000;
const resolvedWithinMs = 10 * 60_000;
let campaign: Campaign;

beforeAll(async () => {
  const enough = AbortSignal.timeout(withinMs - 60_000);
  campaign = await Campaign.open({ seed, places, atOnce, resolvedWithinMs, enough, say: console.error });
}, 300_000);
afterAll(() => campaign?.close(), 60_000);

test('of two hundred posts, whatever breaks, none is published twice, lost, published after its cancellation, wrong, or left open', {
  timeout: withinMs,
}, async () => {
  const { played, findings } = await campaign.play(
    Array.from({ length: runs }, (_, index) => planRun(seed, index, runs)),
  );
  expect(findings).toEqual([]);
  expect(campaign.died).toEqual([]);
  expect(new Set(played.map(({ run }) => run)).size).toBe(runs);
  for (const step of steps) expect(campaign.counts.get(`worker killed at ${step}`)).toBeGreaterThan(0);
});
