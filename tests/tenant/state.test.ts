import { expect, test } from 'vitest';
import type { KeyWorkFacts } from '../../activities/tenant/read-key-work.ts';
import {
  begin,
  deadlineMs,
  type Event,
  next,
  over,
  type State,
  type Todo,
  todo,
} from '../../workflows/tenant/state.ts';
import { describe, progressOf, waitingFor } from '../../workflows/tenant/words.ts';

const nowMs = 1_700_000_000_000;
const rotating = (more: Partial<Extract<KeyWorkFacts, { is: 'rotating' }>> = {}): KeyWorkFacts => ({
  is: 'rotating',
  wanted: 1,
  made: true,
  quietInMs: 180_000,
  resealed: 0,
  ...more,
});

const after = (...events: Event[]): State => events.reduce((state, event) => next(state, event, nowMs), begin());
const read = (facts: KeyWorkFacts): Event => ({ type: 'read', facts });

test('a rotation makes a key, seals everything anew, waits until nobody can need the old one, and forgets it', () => {
  const done: Todo[] = [];
  let [state, at] = [begin(), nowMs];
  let [made, forgotten] = [false, false];
  for (let task = todo(state, at); !over(state); task = todo(state, at)) {
    if (!task) at = deadlineMs(state) ?? Number.NaN;
    else {
      done.push(task);
      state = next(state, perform(task), at);
    }
  }
  expect(done.filter((task) => task !== 'read')).toEqual(['make key', 'reseal', 'forget', 'leave']);
  expect(at).toBe(nowMs + 180_000);

  function perform(task: Todo): Event {
    if (task === 'make key') made = true;
    if (task === 'forget') forgotten = true;
    if (task === 'make key') return { type: 'done', task };
    if (task === 'reseal') return { type: 'swept' };
    if (task === 'forget') return { type: 'asked to forget', answer: 'forgotten' };
    if (task === 'leave') return { type: 'left', gone: true };
    if (forgotten) return read({ is: 'over', wanted: 1, resealed: 7 });
    return read(rotating({ made, quietInMs: nowMs + 180_000 - at }));
  }
});

test('before the new key is there nothing is sealed anew, and a pass for an older one does not count', () => {
  const swept = after(read(rotating()), { type: 'swept' });
  expect(todo(next(swept, read(rotating({ made: false })), nowMs), nowMs)).toBe('make key');
  expect(todo(after(read(rotating({ made: false })), { type: 'swept' }, read(rotating())), nowMs)).toBe('reseal');
});

test('what was written under the old key meanwhile is sealed anew, after a pause', () => {
  const used = after(read(rotating()), { type: 'swept' }, read(rotating({ quietInMs: 0 })), {
    type: 'asked to forget',
    answer: 'in use',
  });
  expect(todo(used, nowMs)).toBeUndefined();
  expect(todo(used, deadlineMs(used) ?? 0)).toBe('read');
  expect(todo(next(used, read(rotating({ quietInMs: 0 })), nowMs), nowMs)).toBe('reseal');
});

test('where it is too early by the clock of the database it is asked again after a pause, without another pass', () => {
  const early = after(read(rotating()), { type: 'swept' }, read(rotating({ quietInMs: 0 })), {
    type: 'asked to forget',
    answer: 'early',
  });
  expect(todo(early, nowMs)).toBeUndefined();
  expect(todo(next(early, read(rotating({ quietInMs: 0 })), nowMs), nowMs)).toBe('forget');
});

test('an entry whose row is not there yet is waited for, and then left', () => {
  const young = after(read({ is: 'absent', wanted: 1, entryAgeMs: 1_000 }));
  expect(todo(young, nowMs)).toBeUndefined();
  expect(deadlineMs(young)).toBe(nowMs + 59_000);
  expect(todo(after(read({ is: 'absent', wanted: 1, entryAgeMs: 60_000 })), nowMs)).toBe('leave');
});

test('a nudge while leaving is looked at before the end', () => {
  const left = after(read({ is: 'over', wanted: 1, resealed: 0 }), { type: 'left', gone: true });
  expect(over(left)).toBe(true);
  expect(over(next(left, { type: 'changed' }, nowMs))).toBe(false);
  expect(over(after(read({ is: 'over', wanted: 1, resealed: 0 }), { type: 'left', gone: false }))).toBe(false);
});

test('operators are told what it does, until when, and how far it is', () => {
  const state = after(read(rotating()), { type: 'swept' }, read(rotating({ resealed: 42 })));
  expect(progressOf(state)).toEqual({ doing: expect.stringContaining('under the new key'), resealed: 42 });
  expect(waitingFor(state)).toMatchObject({ untilMs: nowMs + 180_000 });
  expect(describe(state)).toContain('sealed anew: 42');
  expect(progressOf(begin())).toEqual({ doing: 'Reading the row', resealed: 0 });
});
