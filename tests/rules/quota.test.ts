import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exceeds, quotaOf } from '../../meta/rules/quota.ts';

const dayMs = 86_400_000;

test('the hundredth post of an Instagram account is within its day, one more is not', () => {
  const quota = quotaOf('instagram-reel');
  expect(quota?.perDay).toBe(100);
  const others = (count: number) => Array.from({ length: count }, (_, n) => n * 1_000);
  expect(exceeds({ perDay: 100 }, 200_000, others(99))).toBe(false);
  expect(exceeds({ perDay: 100 }, 200_000, others(100))).toBe(true);
});

test('what Meta answered goes before what is known; of reels on a Page it answers nothing', () => {
  expect(quotaOf('instagram-story', 50)?.perDay).toBe(50);
  expect(quotaOf('page-reel', 50)?.perDay).toBe(30);
  expect(quotaOf('page-post')).toBeUndefined();
});

test('any 24 hours count, whichever way the others lie, and not a moment more', () => {
  expect(exceeds({ perDay: 2 }, 0, [-1, 1])).toBe(true);
  expect(exceeds({ perDay: 2 }, 0, [-dayMs / 2, dayMs / 2])).toBe(false);
  expect(exceeds({ perDay: 1 }, 0, [dayMs])).toBe(false);
  expect(exceeds({ perDay: 1 }, 0, [dayMs - 1])).toBe(true);
});

test('it agrees with trying every beginning of a day', () => {
  const times = fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 12 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 5 }), (hours, perDay) => {
      const others = hours.map((hour) => (hour * dayMs) / 24);
      const starts = Array.from({ length: 24 * 60 }, (_, n) => -dayMs + (n * dayMs) / (24 * 60) + dayMs / (24 * 60));
      const tried = starts.some(
        (start) => others.filter((at) => at >= start && at < start + dayMs).length + 1 > perDay,
      );
      expect(exceeds({ perDay }, 0, others)).toBe(tried);
    }),
  );
});
