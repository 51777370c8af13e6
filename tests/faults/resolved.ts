import type { Played } from './play.ts';
import { history } from './told.ts';

const lateMs = 120_000;
/** So many are told of. */
const most = 5;

/** How long after its time it was known what had become of a post. */
export function spread(played: readonly Played[]): { p50: number; p99: number; max: number } {
  const sorted = played.map(({ resolvedAfterMs }) => resolvedAfterMs).sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Says of the latest what they waited for. */
export async function sayLate(played: readonly Played[], say: (line: string) => void): Promise<void> {
  const latest = played.toSorted((a, b) => b.resolvedAfterMs - a.resolvedAfterMs).slice(0, most);
  for (const one of latest.filter(({ resolvedAfterMs }) => resolvedAfterMs > lateMs)) {
    say(`\nRun ${one.run} was open for ${Math.round(one.resolvedAfterMs / 1_000)} s:`);
    for (const line of await history(one)) say(`  ${line}`);
  }
}
