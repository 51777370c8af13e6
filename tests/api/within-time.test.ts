import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withinTime } from '../../api/within-time.ts';
import { DecisionTooSlow } from '../../db/tenant/targets/decide.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

test('a command that took too long before its commit is rolled back and begun again from its first step', async () => {
  const steps: string[] = [];
  const answer = await withinTime(async (stillInTime) => {
    steps.push('wanted');
    if (steps.length === 1) vi.advanceTimersByTime(9_500);
    stillInTime();
    steps.push('committed');
    return 'done';
  });
  expect(answer).toBe('done');
  expect(steps).toEqual(['wanted', 'wanted', 'committed']);
});

test('one that is always too slow is given up, so that the caller tries again later', async () => {
  let attempts = 0;
  const slow = withinTime(async (stillInTime) => {
    attempts += 1;
    vi.advanceTimersByTime(9_500);
    stillInTime();
  });
  await expect(slow).rejects.toThrow(expect.objectContaining({ name: 'CommandTooSlow' }));
  expect(attempts).toBe(2);
});

test('a decision on targets that was too slow is begun again, too', async () => {
  let attempts = 0;
  const answer = await withinTime(async () => {
    attempts += 1;
    if (attempts === 1) throw new DecisionTooSlow();
    return 'done';
  });
  expect([answer, attempts]).toEqual(['done', 2]);
});

test('another failure is not repeated', async () => {
  let attempts = 0;
  const broken = withinTime(async () => {
    attempts += 1;
    throw new TypeError('broken');
  });
  await expect(broken).rejects.toThrow(TypeError);
  expect(attempts).toBe(1);
});
