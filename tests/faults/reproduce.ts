import type { Campaign, Judged } from './campaign.ts';
import type { Finding } from './judge.ts';
import type { Run } from './plan.ts';
import { history } from './told.ts';

interface Planned {
  seed: number;
  runs: number;
  plan: readonly Run[];
  /** Nothing more is looked into. */
  enough: AbortSignal;
}

/** So many are looked into; where there are more, it is the same again. */
const lookInto = 3;

/** Says what was found, of which run, and what happened to its post. */
export async function sayFound(plan: readonly Run[], judged: Judged, say: (line: string) => void): Promise<void> {
  for (const [number, findings] of byRun(judged)) {
    say(`\nRun ${number}:`);
    for (const { wrong, words } of findings) say(`  ${wrong}: ${words}`);
    say(`  planned: ${JSON.stringify(plan.find(({ index }) => index === number))}`);
    for (const played of judged.played.filter(({ run }) => run === number))
      for (const line of await history(played)) say(`  ${line}`);
  }
}

/** Says how to see again what was found: the run by itself where that is enough, otherwise with those beside it. */
export async function reproduce(campaign: Campaign, planned: Planned, judged: Judged, say: (line: string) => void) {
  const { enough } = planned;
  for (const [number, findings] of [...byRun(judged)].slice(0, lookInto)) {
    if (enough.aborted) return;
    say(await commandFor(campaign, planned, judged, number, findings));
  }
}

const byRun = ({ findings }: Judged) => Map.groupBy(findings, ({ run }) => run);

async function commandFor(
  campaign: Campaign,
  { seed, runs, plan }: Planned,
  { played }: Judged,
  number: number,
  findings: readonly Finding[],
): Promise<string> {
  const command = (only: string) => `npm run faults -- --runs ${runs} --seed ${seed} --places 1 --only ${only}`;
  const alone = await campaign.play(plan.filter(({ index }) => index === number));
  if (findings.some(({ wrong }) => alone.findings.some((again) => again.wrong === wrong)))
    return `\nRun ${number} is wrong by itself too: ${command(String(number))}`;
  const it = played.find(({ run }) => run === number);
  if (!it) return `\nRun ${number} is right by itself, and was not played to its end among the others.`;
  const beside = played.filter(
    ({ place, beganAtMs, endedAtMs }) => place === it.place && beganAtMs < it.endedAtMs && endedAtMs > it.beganAtMs,
  );
  const those = ranges(beside.map(({ run }) => run));
  return `\nRun ${number} is right by itself. It was wrong among those beside it: ${command(those)}`;
}

/** As `--only` takes them: numbers and ranges, by commas. */
function ranges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const firsts = sorted.filter((n, index) => sorted[index - 1] !== n - 1);
  const lasts = sorted.filter((n, index) => sorted[index + 1] !== n + 1);
  return firsts.map((first, index) => (first === lasts[index] ? first : `${first}-${lasts[index]}`)).join(',');
}
