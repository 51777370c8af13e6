import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuthorizationFacts } from '../../activities/connection/read-authorization.ts';
import {
  begin,
  deadlineMs,
  type Event,
  next,
  over,
  type State,
  type Todo,
  todo,
} from '../../workflows/authorization/state.ts';
import { describe as inWords, waitingFor } from '../../workflows/authorization/words.ts';

const now = Date.UTC(2026, 10, 24);
const expiresAtMs = now + 900_000;
const seen = (facts: AuthorizationFacts) => next(begin(), { type: 'read', facts }, now);

test.each<[string, AuthorizationFacts, Todo | undefined]>([
  ['nobody is back yet', { is: 'waiting', wanted: 1, expiresAtMs }, undefined],
  ['nobody came back in time', { is: 'waiting', wanted: 1, expiresAtMs: now }, 'expire'],
  ['somebody is back', { is: 'returned', wanted: 2, expiresAtMs }, 'exchange'],
  ['it is over', { is: 'over', wanted: 3 }, 'leave'],
  ['the row may be in a transaction', { is: 'absent', wanted: 1, entryAgeMs: 59_999 }, undefined],
  ['the row does not come', { is: 'absent', wanted: 1, entryAgeMs: 60_000 }, 'leave'],
])('%s', (_, facts, expected) => {
  expect(todo(seen(facts), now)).toBe(expected);
});

test('the 15 minutes are the deadline', () => {
  expect(deadlineMs(seen({ is: 'waiting', wanted: 1, expiresAtMs }))).toBe(expiresAtMs);
});

test('an exchange that does not succeed in time is given up, and the row is told', () => {
  const back = { is: 'returned', wanted: 2, expiresAtMs } as const;
  const tired = next(seen(back), { type: 'exchanged', outcome: 'gave up' }, now);
  expect(todo(tired, now)).toBe('give up');
  const closed = next(next(tired, { type: 'closed' }, now), { type: 'read', facts: { is: 'over', wanted: 2 } }, now);
  expect(todo(closed, now)).toBe('leave');
});

const wanted = fc.nat(4);
const facts: fc.Arbitrary<AuthorizationFacts> = fc.oneof(
  fc.record({ is: fc.constant('absent' as const), wanted, entryAgeMs: fc.nat(120_000) }),
  fc.record({ is: fc.constant('over' as const), wanted }),
  fc.record({
    is: fc.constantFrom('waiting' as const, 'returned' as const),
    wanted,
    expiresAtMs: fc.integer({ min: now - 900_000, max: now + 900_000 }),
  }),
);
const event: fc.Arbitrary<Event> = fc.oneof(
  facts.map((read): Event => ({ type: 'read', facts: read })),
  fc.constantFrom<Event>(
    { type: 'changed' },
    { type: 'exchanged', outcome: 'settled' },
    { type: 'exchanged', outcome: 'gave up' },
    { type: 'closed' },
    { type: 'left', gone: true },
    { type: 'left', gone: false },
  ),
);
const life = fc.array(fc.tuple(event, fc.nat(600_000)), { maxLength: 20 });

function lived(events: [Event, number][]): { state: State; nowMs: number } {
  let nowMs = now;
  let state = begin();
  for (const [happened, passedMs] of events) {
    nowMs += passedMs;
    state = next(state, happened, nowMs);
  }
  return { state, nowMs };
}

describe('whatever happens in whatever order', () => {
  test('it survives continue-as-new, and says what it waits for', () => {
    fc.assert(
      fc.property(life, (events) => {
        const { state } = lived(events);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(inWords(state)).toContain(waitingFor(state).for);
      }),
    );
  });

  test('with the row as it is it comes to rest, and then it waits for something that will come', () => {
    fc.assert(
      fc.property(life, facts, (events, row) => {
        const { state: before, nowMs } = lived(events);
        let state = next(before, { type: 'changed' }, nowMs);
        const did: string[] = [];
        for (let task = todo(state, nowMs); task && !over(state); task = todo(state, nowMs)) {
          did.push(task);
          expect(did.length, did.join(' ')).toBeLessThan(10);
          state = next(state, outcomeOf(task, row), nowMs);
        }
        if (over(state)) {
          expect(['over', 'absent']).toContain(row.is);
          return;
        }
        const at = deadlineMs(state) ?? 0;
        expect(at).toBeGreaterThan(nowMs);
        expect(todo(state, at)).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

function outcomeOf(task: Todo, row: AuthorizationFacts): Event {
  if (task === 'read') return { type: 'read', facts: row };
  if (task === 'exchange') return { type: 'exchanged', outcome: 'settled' };
  return task === 'leave' ? { type: 'left', gone: true } : { type: 'closed' };
}
