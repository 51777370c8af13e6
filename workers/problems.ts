import { parkedCommits } from './metrics.ts';
import { commitSlots, type Workers } from './temporal.ts';

/** At this share of its slots a worker says that it has too much parked. */
const parkedAtMost = 0.8 * commitSlots;

/** Why this process should be looked after, in sentences for an operator. */
export function problemsOf(workers: Workers): string[] {
  const stopped = Object.entries(workers).filter(([, worker]) => worker.getState() !== 'RUNNING');
  const problems = stopped.map(([queue]) => `Nobody polls the task queue ${queue} in this process.`);
  if (parkedCommits(workers) >= parkedAtMost) problems.push('Too many commits are parked here: start another worker.');
  return problems;
}
