import { askedFor } from '../stack/command-line.ts';
import { readAsked } from './asked.ts';
import { Campaign } from './campaign.ts';
import { nameOf } from './disturbances.ts';
import { wrongs } from './judge.ts';
import { planRun } from './plan.ts';
import { reproduce, sayFound } from './reproduce.ts';
import { sayLate, spread } from './resolved.ts';

const asked = askedFor(readAsked);
const { runs, seed } = asked;
const plan = asked.numbers.map((index) => planRun(seed, index, runs));
/** Fewer are not worth another stack. */
const fewestAPlace = 60;
const say = (line: string) => console.error(line);

if (asked.print) for (const run of plan) console.log(JSON.stringify(run));
else process.exitCode = await main();

async function main(): Promise<number> {
  const places = Math.max(1, Math.min(asked.places, Math.floor(plan.length / fewestAPlace)));
  const atOnce = Math.min(asked.atOnce, Math.ceil(plan.length / places));
  const enough = new AbortController();
  const resolvedWithinMs = asked.minutes * 60_000;
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
    console.log(asked.json ? JSON.stringify(result) : result);
    for (const words of died) say(words);
    await sayLate(judged.played, say);
    await sayFound(plan, judged, say);
    await reproduce(campaign, { seed, runs, plan, enough: enough.signal }, judged, say);
    return judged.findings.length || died.length || played < plan.length ? 1 : 0;
  } finally {
    await campaign.close();
  }
}
