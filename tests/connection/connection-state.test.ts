import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectionFacts } from '../../activities/connection/read-connection.ts';
import {
  askingFor,
  begin,
  deadlineMs,
  type Event,
  next,
  over,
  type State,
  type Todo,
  todo,
} from '../../workflows/connection/state.ts';
import { describe as inWords, waitingFor } from '../../workflows/connection/words.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const now = Date.UTC(2026, 10, 24);

const connected = { is: 'connected', wanted: 3, refreshAtMs: now + 48 * dayMs } as const;
const seen = (facts: ConnectionFacts, atMs = now) => next(begin(), { type: 'read', facts }, atMs);

describe('what is done next', () => {
  test.each<[string, ConnectionFacts, Todo | undefined]>([
    ['a login just made is looked through', { is: 'discovering', wanted: 1 }, 'discover'],
    ['the choice is a member’s', { is: 'choosing', wanted: 1 }, undefined],
    ['what was chosen is connected', { is: 'connecting', wanted: 2 }, 'adopt'],
    ['a connected login is left alone until its token needs it', connected, undefined],
    ['a token that is due is refreshed', { ...connected, refreshAtMs: now }, 'refresh'],
    ['while a member chooses, too', { ...connected, is: 'choosing', refreshAtMs: now - 1 }, 'refresh'],
    ['a row that is being erased ends it', { is: 'erasing', wanted: 9 }, 'leave'],
    ['a missing row may be in a transaction', { is: 'absent', wanted: 1, entryAgeMs: 59_999 }, undefined],
    ['a row that is missing for a minute does not come', { is: 'absent', wanted: 1, entryAgeMs: 60_000 }, 'leave'],
  ])('%s', (_, facts, expected) => {
    expect(todo(seen(facts), now)).toBe(expected);
  });

  test('the refresh is the deadline, to the millisecond', () => {
    const state = seen(connected);
    expect(deadlineMs(state)).toBe(connected.refreshAtMs);
    expect(todo(state, connected.refreshAtMs - 1)).toBeUndefined();
    expect(todo(state, connected.refreshAtMs)).toBe('refresh');
  });

  test('a refresh that moved nothing is not repeated within the hour', () => {
    const due = seen({ ...connected, refreshAtMs: now });
    const tried = next(
      next(due, { type: 'done', task: 'refresh' }, now),
      { type: 'read', facts: { ...connected, refreshAtMs: now } },
      now,
    );
    expect(todo(tried, now)).toBeUndefined();
    expect(deadlineMs(tried)).toBe(now + hourMs);
  });

  test('what was looked through and still says so is looked through again after an hour, or when something is wanted', () => {
    const facts = { is: 'discovering', wanted: 1 } as const;
    const tried = next(next(seen(facts), { type: 'done', task: 'discover' }, now), { type: 'read', facts }, now);
    expect(todo(tried, now)).toBeUndefined();
    expect(deadlineMs(tried)).toBe(now + hourMs);
    const wanted = next(tried, { type: 'read', facts: { ...facts, wanted: 2 } }, now);
    expect(todo(wanted, now)).toBe('discover');
    const later = next(tried, { type: 'read', facts }, now + hourMs);
    expect(todo(later, now + hourMs)).toBe('discover');
  });

  test('every day everything is looked at, and the rows need not be read for it', () => {
    const due = seen({ ...connected, keepUpAtMs: now });
    expect(todo(due, now)).toBe('keep-up');
    const kept = next(due, { type: 'kept-up', facts: { ...connected, keepUpAtMs: now + dayMs } }, now);
    expect(todo(kept, now)).toBeUndefined();
    expect(deadlineMs(kept)).toBe(now + dayMs);
  });

  test.each([
    ['discover', { is: 'discovering', wanted: 1 }, 5 * 60_000],
    ['adopt', { is: 'connecting', wanted: 1 }, 5 * 60_000],
    ['refresh', { ...connected, refreshAtMs: now }, 6 * hourMs],
    ['keep-up', { ...connected, keepUpAtMs: now }, 6 * hourMs],
    ['mail', { is: 'connected', wanted: 1, mail: true }, hourMs],
  ] as const)(
    'what Meta did not let us do (%s) is tried again later, and until then a nudge is heard',
    (task, facts, laterMs) => {
      const failed = next(next(seen(facts), { type: 'failed', task }, now), { type: 'read', facts }, now);
      expect(todo(failed, now)).toBeUndefined();
      expect(deadlineMs(failed)).toBe(now + laterMs);
      const later = todo(failed, now + laterMs);
      const again = later === 'read' ? next(failed, { type: 'read', facts }, now + laterMs) : failed;
      expect(todo(again, now + laterMs)).toBe(task);
      expect(todo(next(failed, { type: 'changed' }, now), now)).toBe('read');
    },
  );

  test('a nudge while leaving is looked at before the end', () => {
    const leaving = next(seen({ is: 'erasing', wanted: 1 }), { type: 'left', gone: true }, now);
    expect(over(leaving)).toBe(true);
    expect(over(next(leaving, { type: 'changed' }, now))).toBe(false);
    expect(todo(next(leaving, { type: 'left', gone: false }, now), now)).toBe('read');
  });
});

describe('asking a person in time', () => {
  const endsMs = now + 20 * dayMs;
  const ending = { is: 'connected', wanted: 3, renewByMs: endsMs } as const;

  /** How many days before the end it is asked, to the millisecond, where the rows stay as they are. */
  function askedAhead(facts: ConnectionFacts, endsAtMs: number, fromMs = now): number[] {
    const ahead: number[] = [];
    let state = seen(facts, fromMs);
    for (let at = deadlineMs(state); at !== undefined; at = deadlineMs(state)) {
      const atMs = Math.max(at, fromMs);
      expect(todo(state, atMs)).toBe('ask');
      expect(askingFor(state, atMs)?.daysLeft).toBe(Math.ceil((endsAtMs - atMs) / dayMs));
      ahead.push((endsAtMs - atMs) / dayMs);
      state = next(next(state, { type: 'done', task: 'ask' }, atMs), { type: 'read', facts }, atMs);
    }
    return ahead;
  }

  test('14, 7 and 1 day before a login ends that Meta does not renew, and when it has ended', () => {
    expect(askedAhead(ending, endsMs)).toEqual([14, 7, 1, 0]);
  });

  test('where that is known only 12 days before, as for a login of 60 days: at once, then 7 and 1 day before', () => {
    expect(askedAhead(ending, endsMs, endsMs - 12 * dayMs)).toEqual([12, 7, 1, 0]);
  });

  test("14, 7 and 1 day before Meta stops to show Instagram's data, and when it has", () => {
    const facts = { is: 'connected', wanted: 3, dataAccessEndsAtMs: now + 90 * dayMs } as const;
    expect(askedAhead(facts, now + 90 * dayMs)).toEqual([14, 7, 1, 0]);
  });

  test('a login that could not be refreshed for a day, for whatever reason, does not end without a word', () => {
    const failedOf = (facts: ConnectionFacts, atMs: number) =>
      next(next(seen(facts, atMs), { type: 'failed', task: 'refresh' }, atMs), { type: 'read', facts }, atMs);
    const facts = { ...connected, refreshAtMs: endsMs - 12 * dayMs, refreshedByMs: endsMs } as const;
    const failed = failedOf(facts, endsMs - 7 * dayMs - hourMs);
    expect(deadlineMs(failed)).toBe(endsMs - 7 * dayMs);
    expect(todo(failed, endsMs - 7 * dayMs)).toBe('ask');
    expect(askingFor(failed, endsMs - 7 * dayMs)).toEqual({ what: 'login', daysLeft: 7 });
    const dueAtSeven = { ...facts, refreshAtMs: endsMs - 7.5 * dayMs };
    expect(deadlineMs(failedOf(dueAtSeven, endsMs - dayMs - hourMs))).toBe(endsMs - dayMs);
  });

  test('what is past is not asked for one by one', () => {
    const late = seen(ending, endsMs - 3 * dayMs);
    const asked = next(
      next(late, { type: 'done', task: 'ask' }, endsMs - 3 * dayMs),
      { type: 'read', facts: ending },
      endsMs - 3 * dayMs,
    );
    expect(deadlineMs(asked)).toBe(endsMs - dayMs);
  });

  test('what ends first does not hide what ends later', () => {
    const both = { ...ending, renewByMs: endsMs, dataAccessEndsAtMs: now - 30 * dayMs } as const;
    let state = seen(both);
    expect(askingFor(state, now)).toEqual({ what: 'data-access', daysLeft: 0 });
    for (let times = 0; todo(state, now) === 'ask'; times++) {
      expect(times).toBe(0);
      state = next(next(state, { type: 'done', task: 'ask' }, now), { type: 'read', facts: both }, now);
    }
    expect(deadlineMs(state)).toBe(endsMs - 14 * dayMs);
    expect(askingFor(state, endsMs - 14 * dayMs)).toEqual({ what: 'login', daysLeft: 14 });
  });

  test('for a login that Meta renews nobody is asked, but for the access to Instagram’s data', () => {
    expect(deadlineMs(seen({ is: 'connected', wanted: 1 }))).toBeUndefined();
    const instagram = seen({ is: 'connected', wanted: 1, dataAccessEndsAtMs: endsMs });
    expect(askingFor(instagram, endsMs - 7 * dayMs)).toEqual({ what: 'data-access', daysLeft: 7 });
  });
});

const moment = fc.option(fc.integer({ min: now - 100 * dayMs, max: now + 100 * dayMs }), { nil: undefined });
const facts: fc.Arbitrary<ConnectionFacts> = fc.oneof(
  fc.record({ is: fc.constant('absent' as const), wanted: fc.nat(5), entryAgeMs: fc.nat(120_000) }),
  fc.record({ is: fc.constant('erasing' as const), wanted: fc.nat(5) }),
  fc
    .record({
      is: fc.constantFrom('discovering', 'choosing', 'connecting', 'connected'),
      wanted: fc.nat(5),
      refreshAtMs: moment,
      keepUpAtMs: moment,
      renewByMs: moment,
      refreshedByMs: moment,
      dataAccessEndsAtMs: moment,
      mail: fc.option(fc.constant(true as const), { nil: undefined }),
    })
    .map(
      (all) =>
        Object.fromEntries(
          Object.entries(all).filter(([, value]) => value !== undefined),
        ) as unknown as ConnectionFacts,
    ),
);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>({ type: 'changed' }),
  facts.map((read): Event => ({ type: 'read', facts: read })),
  fc.constantFrom<Event>(
    ...(['discover', 'adopt', 'refresh', 'ask', 'mail'] as const).map((task): Event => ({ type: 'done', task })),
    ...(['discover', 'adopt', 'refresh', 'keep-up', 'mail'] as const).map((task): Event => ({ type: 'failed', task })),
    { type: 'left', gone: true },
    { type: 'left', gone: false },
  ),
  facts.map((read): Event => ({ type: 'kept-up', facts: read })),
);
const life = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 20 * dayMs })), { maxLength: 30 });

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
        const { state, nowMs } = lived(events);
        const resumed = JSON.parse(JSON.stringify(state)) as State;
        expect(resumed).toEqual(state);
        expect(todo(resumed, nowMs)).toBe(todo(state, nowMs));
        expect(inWords(state)).toContain(waitingFor(state).for);
      }),
    );
  });

  test('with the rows as they are it comes to rest, and then it waits for something that will come', () => {
    fc.assert(
      fc.property(life, facts, (events, rows) => {
        const { state: before, nowMs } = lived(events);
        let state = next(before, { type: 'changed' }, nowMs);
        const did: string[] = [];
        for (let task = todo(state, nowMs); task && !over(state); task = todo(state, nowMs)) {
          did.push(task);
          expect(did.length, did.join(' ')).toBeLessThan(14);
          const outcome: Event =
            task === 'read'
              ? { type: 'read', facts: rows }
              : task === 'leave'
                ? { type: 'left', gone: true }
                : task === 'keep-up'
                  ? { type: 'kept-up', facts: rows }
                  : { type: 'done', task };
          state = next(state, outcome, nowMs);
        }
        const at = deadlineMs(state);
        if (at !== undefined && !over(state)) {
          expect(at).toBeGreaterThan(nowMs);
          expect(todo(state, at)).toBeDefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('it ends only where the last look saw a row that is erasing or gone', () => {
    fc.assert(
      fc.property(life, (events) => {
        const { state, nowMs } = lived(events);
        if (todo(state, nowMs) !== 'leave') return;
        expect(state.facts?.is === 'erasing' || state.facts?.is === 'absent').toBe(true);
      }),
    );
  });
});
