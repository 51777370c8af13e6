import type { KindOfPost } from './kinds.ts';
import { canBeMetAt, type Step, steps } from './steps.ts';

/** What happens to our own processes, at a moment in the life of the post that it is planned with. */
export type Disturbance =
  | { what: 'worker killed' | 'worker stopped'; step: Step }
  /** Stopped by SIGSTOP for so long, then continued. */
  | { what: 'worker frozen'; step: Step; forMs: number }
  /** While the request that makes the post is under way, or one that changes it. */
  | { what: 'api killed'; during?: 'change' }
  | { what: 'postgres restarted'; step: Step; signal: 'SIGINT' | 'SIGQUIT' }
  | { what: 'temporal restarted' | 'temporal killed'; step: Step; downMs: number };

/** Longer than a claim holds; than a claimed call may take; than it takes until another worker has taken over, looked, and called again. */
const [beyondTheClaimMs, beyondTheCallMs, beyondItsEndMs] = [7_000, 23_000, 55_000];
/** What is frozen for so long finds another worker beside itself when it wakes. */
export const takenOverMs = beyondTheCallMs;

const others: readonly Disturbance[] = [
  // Of two hundred runs so many are disturbed as stand above the empty line: one in every way.
  { what: 'worker frozen', step: 'due', forMs: beyondTheClaimMs },
  { what: 'api killed' },
  { what: 'postgres restarted', step: 'called', signal: 'SIGINT' },
  { what: 'temporal restarted', step: 'parked', downMs: 3_000 },
  { what: 'worker frozen', step: 'due', forMs: beyondTheCallMs },
  { what: 'temporal killed', step: 'called', downMs: 8_000 },
  { what: 'postgres restarted', step: 'due', signal: 'SIGQUIT' },
  { what: 'worker stopped', step: 'parked' },
  { what: 'temporal killed', step: 'due', downMs: 3_000 },
  { what: 'worker frozen', step: 'call', forMs: beyondTheClaimMs },
  { what: 'api killed', during: 'change' },

  { what: 'worker frozen', step: 'due', forMs: beyondItsEndMs },
  { what: 'worker frozen', step: 'call', forMs: beyondItsEndMs },
  { what: 'worker frozen', step: 'called', forMs: beyondItsEndMs },
  { what: 'temporal restarted', step: 'called', downMs: 8_000 },
  { what: 'worker stopped', step: 'called' },
  { what: 'worker frozen', step: 'upload', forMs: beyondTheClaimMs },
  { what: 'postgres restarted', step: 'draft', signal: 'SIGQUIT' },
  { what: 'temporal killed', step: 'look', downMs: 1_000 },
  { what: 'postgres restarted', step: 'parked', signal: 'SIGINT' },
  { what: 'worker frozen', step: 'called', forMs: beyondTheClaimMs },
  { what: 'worker stopped', step: 'upload' },
];

const killEvery = 50;
const otherEvery = 100;
/** Closer together they would leave nothing else to be seen; of few runs not every one of them is disturbed. */
const otherAfter = 18;

/** Each of them at least once, and as often as promised, however many the runs. */
const spacing = (runs: number, list: readonly unknown[], every: number) =>
  Math.max(1, Math.min(every, Math.floor(runs / (list.length + 1))));

/** @returns what is planned with this run; its kind must be able to meet the step */
export function disturbanceOf(index: number, runs: number): Disturbance | undefined {
  const killing = spacing(runs, steps, killEvery);
  if (index % killing === 0) return { what: 'worker killed', step: steps[(index / killing) % steps.length] as Step };
  const other = Math.max(spacing(runs, others, otherEvery), Math.min(otherAfter, Math.floor(runs / 11)));
  const after = Math.floor(other / 2) + 1;
  return index % other === after ? others[Math.floor(index / other) % others.length] : undefined;
}

export const fits = (disturbance: Disturbance, kind: KindOfPost): boolean =>
  !('step' in disturbance) || canBeMetAt(disturbance.step, kind);

/** How it is counted. */
export function nameOf(disturbance: Disturbance): string {
  const { what } = disturbance;
  if (what === 'api killed') return 'during' in disturbance ? `${what} during a ${disturbance.during}` : what;
  const more = 'forMs' in disturbance ? ` for ${disturbance.forMs / 1000} s` : '';
  return `${what}${more} at ${disturbance.step}${'signal' in disturbance ? ` by ${disturbance.signal}` : ''}`;
}
