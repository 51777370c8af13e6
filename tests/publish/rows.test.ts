import { expect, test } from 'vitest';
import { publishWith } from './publish-with.ts';

const refusedOnce = (work: () => Promise<unknown>) => {
  let refused = false;
  return () => {
    if (refused) return work();
    refused = true;
    throw new Error('The database does not answer');
  };
};

test('while the rows cannot be read or written Temporal keeps the time until they are tried again, and no worker stands still for it', async () => {
  const { outcome, events } = await publishWith({
    readTarget: refusedOnce(async () => ({ is: 'over', wanted: 1, state: 'failed', chores: [] })),
    leaveTarget: refusedOnce(async () => true),
  });
  expect(outcome).toBe('failed');
  expect(events.filter((name) => /^(marker|timer)/.test(name ?? ''))).toEqual([
    'markerRecordedEventAttributes',
    'timerStartedEventAttributes',
    'timerFiredEventAttributes',
    'markerRecordedEventAttributes',
    'markerRecordedEventAttributes',
    'timerStartedEventAttributes',
    'timerFiredEventAttributes',
    'markerRecordedEventAttributes',
  ]);
});
