import { parseArgs } from 'node:util';
import { wrongs } from './judge.ts';
import { planRun } from './plan.ts';
import { reproduce } from './reproduce.ts';
import { Suite } from './suite.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Numbers and ranges, by commas. */
    only: { type: 'string' },
    'at-once': { type: 'string', default: '100' },
    print: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const numbers = values.only ? chosen(values.only) : Array.from({ length: runs }, (_, index) => index);
const plan = numbers.map((index) => planRun(seed, index, runs));
const say = (line: string) => console.error(line);

if (values.print) for (const run of plan) console.log(JSON.stringify(run));
else process.exitCode = await main();

async function main(): Promise<number> {
  const suite = await Suite.open({ seed, atOnce: Math.min(Number(values['at-once']), plan.length), say });
  try {
    const beganAtMs = performance.now();
    const judged = await suite.play(plan);
    const seconds = Math.round((performance.now() - beganAtMs) / 1_000);
    const counts = Object.fromEntries(
      wrongs.map((wrong) => [wrong, new Set(judged.findings.filter((f) => f.wrong === wrong).map((f) => f.run)).size]),
    );
    const { kills, died, counts: disturbances } = suite.disturber;
    const faults = Object.fromEntries([...suite.hits, ...disturbances].sort(([a], [b]) => a.localeCompare(b)));
    const result = { runs: plan.length, seed, ...counts, kills, died: died.length, seconds, faults };
    for (const words of died) say(words);
    if (judged.findings.length) await reproduce(suite, { seed, runs, plan }, judged, say);
    console.log(values.json ? JSON.stringify(result) : result);
    return judged.findings.length || died.length ? 1 : 0;
  } finally {
    await suite.close();
  }
}

function chosen(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}
