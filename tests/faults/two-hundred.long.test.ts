import { afterAll, beforeAll, expect, test } from 'vitest';
import { Campaign } from './campaign.ts';
import { nameOf } from './disturbances.ts';
import { planRun } from './plan.ts';
import { sayFound } from './reproduce.ts';

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
  const judged = await campaign.play(planned);
  await sayFound(planned, judged, console.error);
  const { played, findings } = judged;
  expect(findings).toEqual([]);
  expect(campaign.died).toEqual([]);
  expect(new Set(played.map(({ run }) => run)).size).toBe(runs);
  const disturbances = new Set(planned.flatMap(({ disturbance }) => (disturbance ? nameOf(disturbance) : [])));
  expect([...disturbances].filter((name) => !campaign.counts.get(name))).toEqual([]);
});
