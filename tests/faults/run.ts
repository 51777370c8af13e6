import { parseArgs } from 'node:util';
import { Campaign } from './campaign.ts';
import { nameOf } from './disturbances.ts';
import { wrongs } from './judge.ts';
import { planRun } from './plan.ts';
import { reproduce, sayFound } from './reproduce.ts';
import { sayLate, spread } from './resolved.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Numbers and ranges, by commas. */
    only: { type: 'string' },
    /** Posts that are under way at the same time on one stack, and how many stacks there are. */
    'at-once': { type: 'string', default: '80' },
    places: { type: 'string', default: '3' },
    /** For so long after its time a post may be open. */
    minutes: { type: 'string', default: '10' },
    print: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const numbers = values.only ? chosen(values.only) : Array.from({ length: runs }, (_, index) => index);
const plan = numbers.map((index) => planRun(seed, index, runs));
/** Fewer are not worth another stack. */
const fewestAPlace = 60;
const say = (line: string) => console.error(line);

if (values.print) for (const run of plan) console.log(JSON.stringify(run));
else process.exitCode = await main();

async function main(): Promise<number> {
  const places = Math.max(1, Math.min(Number(values.places), Math.floor(plan.length / fewestAPlace)));
  const atOnce = Math.min(Number(values['at-once']), Math.ceil(plan.length / places));
  const enough = new AbortController();
  const resolvedWithinMs = Number(values.minutes) * 60_000;
  const campaign = await Campaign.open({ seed, places, atOnce, resolvedWithinMs, enough: enough.signal, say });
  // Whoever has waited for long enough gets to know what is known by then.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => enough.abort());
  try {
    const beganAtMs = performance.now();
    const judged = await campaign.play(plan);
    const seconds = Math.round((performance.now() - beganAtMs) / 1_000);
    const counts = Object.fromEntries(
      wrongs.map((wrong) => [wrong, new Set(judged.findings.filter((f) => f.wrong === wrong).map((f) => f.run)).size]),
    );
    const { kills, died } = campaign;
    const faults = Object.fromEntries([...campaign.counts].sort(([a], [b]) => a.localeCompare(b)));
    const known = {
      seed,
      ...counts,
      kills,
      died: died.length,
      seconds,
      resolvedAfterMs: spread(judged.played),
      missed: judged.missed.flatMap(({ disturbance }) => (disturbance ? nameOf(disturbance) : [])),
      faults,
    };
    const played = new Set(judged.played.map(({ run }) => run)).size;
    const result = { runs: played, ...(enough.signal.aborted && { interrupted: true }), ...known };
    // What follows may take long.
    console.log(values.json ? JSON.stringify(result) : result);
    for (const words of died) say(words);
    await sayLate(judged.played, say);
    await sayFound(plan, judged, say);
    await reproduce(campaign, { seed, runs, plan, enough: enough.signal }, judged, say);
    return judged.findings.length || died.length || played < plan.length ? 1 : 0;
  } finally {
    await campaign.close();
  }
}

function chosen(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}
