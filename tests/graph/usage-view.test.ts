import { expect, test } from 'vitest';
import type { CallClass } from '../../activities/graph/call-class.ts';
import { UsageView } from '../../activities/graph/usage-view.ts';

const minuteMs = 60_000;
const limit = { asset: 'a', useCase: 'pages' };
const classes: CallClass[] = ['publish', 'reply', 'token', 'sync'];

function viewAt(percent: number, blockedForMs = 0): UsageView {
  const view = new UsageView();
  view.hear({ ...limit, percent, blockedForMs }, 0);
  return view;
}

const waiting = (view: UsageView, nowMs = 1) => classes.filter((one) => view.waitMs([limit], one, nowMs) > 0);

test.each([
  [0, []],
  [74, []],
  [75, ['sync']],
  [85, ['token', 'sync']],
  [94, ['token', 'sync']],
  [95, ['reply', 'token', 'sync']],
  [100, ['reply', 'token', 'sync']],
])('at %i %% of a limit these wait: %j', (percent, expected) => {
  expect(waiting(viewAt(percent))).toEqual(expected);
});

test('while Meta wants to be left alone everybody waits, and just so long', () => {
  const view = viewAt(100, 3 * minuteMs);
  expect(waiting(view)).toEqual(classes);
  expect(view.waitMs([limit], 'publish', minuteMs)).toBe(2 * minuteMs);
  expect(waiting(view, 3 * minuteMs + 1)).not.toContain('publish');
});

test('a block does not end by what is heard meanwhile', () => {
  const view = viewAt(100, 3 * minuteMs);
  view.hear({ ...limit, percent: 10, blockedForMs: 0 }, 1);
  view.replace([], 2);
  view.replace([{ ...limit, percent: 10, blockedForMs: 3 * minuteMs - 3, ageMs: 2 }], 3);
  expect(waiting(view, 4)).toEqual(classes);
});

test('what is old is heard anew by one call, and the others wait for what it hears', () => {
  const view = viewAt(95);
  const later = 6 * minuteMs;
  expect(view.waitMs([limit], 'sync', later)).toBe(0);
  expect(view.waitMs([limit], 'sync', later)).toBeGreaterThan(0);
  view.hear({ ...limit, percent: 20, blockedForMs: 0 }, later + 1);
  expect(waiting(view, later + 2)).toEqual([]);
});

test('other assets and other kinds of use are not kept waiting', () => {
  const view = viewAt(100, minuteMs);
  expect(view.waitMs([{ ...limit, useCase: 'instagram' }], 'sync', 1)).toBe(0);
  expect(view.waitMs([{ ...limit, asset: 'b' }], 'sync', 1)).toBe(0);
});

test('what other workers know replaces what was known here', () => {
  const view = viewAt(95);
  view.replace([], 1);
  expect(waiting(view, 2)).toEqual([]);
  view.replace([{ ...limit, percent: 90, blockedForMs: 0, ageMs: 0 }], 3);
  expect(waiting(view, 4)).toEqual(['token', 'sync']);
});
