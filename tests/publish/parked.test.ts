import { expect, test } from 'vitest';
import type { Open } from '../../workflows/publish/facts.ts';
import { begin, isParked, isStaying, type State } from '../../workflows/publish/state.ts';

const nowMs = Date.UTC(2026, 10, 24, 8);

const dueIn = (ms: number): Open => ({
  ...{ is: 'open', wanted: 1, settlesInMs: 0, connection: 'c', platform: 'facebook', form: 'page-post' },
  ...{ dueAtMs: nowMs + ms, aheadMs: 0, chores: [], witnessReads: 0, witnessFactor: 1 },
});

test('a commit waits in a worker for its instant, unless that is within five seconds', () => {
  expect([-1, 0, 5_000, 5_001].map((ms) => isParked(dueIn(ms), nowMs))).toEqual([false, false, false, true]);
});

test('one that waits is told to operators, one that is made at once is not', () => {
  const armed = (ms: number): State => ({ ...begin(crypto.randomUUID()), phase: 'arming', facts: dueIn(ms) });
  expect([5_000, 5_001].map((ms) => isStaying(armed(ms), nowMs))).toEqual([false, true]);
});
