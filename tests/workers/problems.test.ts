import type { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { problemsOf } from '../../workers/problems.ts';
import type { Workers } from '../../workers/temporal.ts';

/** As far as a worker tells of itself. */
const told = (state: string, numInFlightActivities = 0) =>
  ({ getState: () => state, getStatus: () => ({ numInFlightActivities }) }) as unknown as Worker;

const running = told('RUNNING');
const workers = (own: Partial<Workers>): Workers => ({
  ...{ connection: running, publish: running, commit: running, erasure: running },
  ...own,
});

test('a worker with four fifths of its 6,000 slots parked asks for another, not with one less', () => {
  expect(problemsOf(workers({ commit: told('RUNNING', 4_799) }))).toEqual([]);
  expect(problemsOf(workers({ commit: told('RUNNING', 4_800) }))).toEqual([
    'Too many commits are parked here: start another worker.',
  ]);
});

test('what other queues have in flight is not parked', () => {
  expect(problemsOf(workers({ publish: told('RUNNING', 6_000) }))).toEqual([]);
});

test('a task queue that nobody polls any more is named', () => {
  expect(problemsOf(workers({ commit: told('FAILED') }))).toEqual([
    'Nobody polls the task queue commit in this process.',
  ]);
});
