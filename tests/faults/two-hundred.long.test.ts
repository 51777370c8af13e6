import { afterAll, beforeAll, expect, test } from 'vitest';
import { Campaign } from './campaign.ts';
import { planRun } from './plan.ts';
import { type Step, steps } from './steps.ts';

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
  const planned = Array.from({ length: runs }, (_, index) => planRun(seed, index, runs));
  const { played, findings } = await campaign.play(planned);
  const missed = planned.filter(({ disturbance }) => {
    return disturbance?.what === 'worker killed' && !killsAt(disturbance.step);
  });
  // Now that nothing else is under way.
  if (missed.length) findings.push(...(await campaign.play(missed)).findings);
  expect(findings).toEqual([]);
  expect(campaign.died).toEqual([]);
  expect(new Set(played.map(({ run }) => run)).size).toBe(runs);
  expect(steps.filter((step) => !killsAt(step))).toEqual([]);
});

const killsAt = (step: Step) => campaign.counts.get(`worker killed at ${step}`) ?? 0;
