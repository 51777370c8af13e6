import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  begin,
  callMaxMs,
  deadlineMs,
  type Event,
  leadMs,
  next,
  type Open,
  over,
  photosBeforeDueMs,
  type State,
  todo,
} from '../../workflows/publish/state.ts';

const target = '01890a5d-ac96-774b-bcce-b302099a8057';
const nowMs = Date.UTC(2026, 10, 24, 8);
const dueAtMs = nowMs + 3_600_000;

const open = (facts: Partial<Open> = {}): Open => ({
  is: 'open',
  wanted: 1,
  settlesInMs: 0,
  connection: 'c',
  platform: 'facebook',
  dueAtMs,
  photos: 0,
  photosReady: true,
  witnessReads: 0,
  witnessFactor: 1,
  ...facts,
});

const stateAfter = (events: Event[], atMs = nowMs): State =>
  events.reduce((state, event) => next(state, event, atMs), begin(target));

const read = (facts: Partial<Open> = {}): Event => ({ type: 'read', facts: open(facts) });

describe('a target that is scheduled', () => {
  test('sleeps until its lead before it is due, then makes its draft', () => {
    const state = stateAfter([read()]);
    expect(todo(state, nowMs)).toBeUndefined();
    expect(deadlineMs(state)).toBe(dueAtMs - leadMs(target));
    expect(todo(state, dueAtMs - leadMs(target))).toBe('draft');
  });

  test('uploads its photos ten minutes before it is due, and its draft later', () => {
    const state = stateAfter([read({ photos: 2, photosReady: false })]);
    expect(deadlineMs(state)).toBe(dueAtMs - photosBeforeDueMs);
    expect(todo(state, dueAtMs - photosBeforeDueMs)).toBe('photos');
    const uploaded = next(state, { type: 'photos', outcome: 'ready' }, nowMs);
    expect(deadlineMs(uploaded)).toBe(dueAtMs - leadMs(target));
  });

  test('wakes at a moment of its own between 30 and 150 seconds before, spread over the targets', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        expect(leadMs(id)).toBeGreaterThanOrEqual(30_000);
        expect(leadMs(id)).toBeLessThan(150_000);
      }),
    );
    const leads = new Set(fc.sample(fc.uuid({ version: 7 }), 200).map(leadMs));
    expect(leads.size).toBeGreaterThan(100);
  });

  test('waits for a row that may still change before it does anything for it', () => {
    const state = stateAfter([read({ settlesInMs: 9_000, dueAtMs: nowMs })]);
    expect(todo(state, nowMs)).toBeUndefined();
    expect(todo(state, nowMs + 9_000)).toBe('read');
  });
});

describe('a commit', () => {
  const armed = stateAfter([read(), { type: 'draft', outcome: 'ready' }]);

  test('follows the draft', () => {
    expect(todo(armed, nowMs)).toBe('commit');
  });

  test('that found something else wanted reads the rows again', () => {
    expect(todo(next(armed, { type: 'committed', outcome: 'stale' }, nowMs), nowMs)).toBe('read');
  });

  test('whose outcome is unknown is looked for and never simply made again', () => {
    const state = next(armed, { type: 'committed', outcome: 'unknown', endedAtMs: nowMs }, nowMs);
    expect(todo(state, nowMs)).toBeUndefined();
    expect(todo(state, nowMs + 1_000)).toBe('witness');
  });

  test('that was claimed by an attempt that died is looked for once its call cannot be under way any more', () => {
    const state = stateAfter([read({ claimedAtMs: nowMs })]);
    expect(todo(state, nowMs + callMaxMs)).toBeUndefined();
    expect(todo(state, nowMs + callMaxMs + 1_000)).toBe('witness');
  });

  test('is looked for at 1, 5, 30 and 125 seconds, 10 and 60 minutes, then every hour', () => {
    let state = next(armed, { type: 'committed', outcome: 'unknown', endedAtMs: nowMs }, nowMs);
    const looksS: number[] = [];
    for (let look = 0; look < 9; look++) {
      const atMs = deadlineMs(state) ?? Number.NaN;
      looksS.push((atMs - nowMs) / 1_000);
      expect(todo(state, atMs)).toBe('witness');
      state = next(state, { type: 'witnessed', outcome: 'undecided' }, atMs);
    }
    expect(looksS).toEqual([1, 5, 30, 125, 600, 3_600, 7_200, 10_800, 14_400]);
  });
});

describe('the end', () => {
  const leaving = stateAfter([{ type: 'read', facts: { is: 'over', wanted: 3, state: 'canceled' } }]);

  test('comes when the row is terminal and the entry is gone', () => {
    expect(todo(leaving, nowMs)).toBe('leave');
    expect(over(next(leaving, { type: 'left', gone: true }, nowMs))).toBe(true);
  });

  test('does not come when somebody wanted something in the meantime', () => {
    expect(todo(next(leaving, { type: 'left', gone: false }, nowMs), nowMs)).toBe('read');
  });

  test('does not come before the address was read, though a nudge or a lost answer led back to the rows', () => {
    const published = { is: 'over', wanted: 1, state: 'published', unlinked: true } as const;
    const state = stateAfter([
      read(),
      { type: 'committed', outcome: 'published' },
      { type: 'changed' },
      { type: 'read', facts: published },
    ]);
    expect(todo(state, nowMs)).toBe('link');
    expect(todo(next(state, { type: 'linked' }, nowMs), nowMs)).toBe('leave');
  });

  test('does not swallow a nudge that came while leaving', () => {
    const state = next(next(leaving, { type: 'changed' }, nowMs), { type: 'left', gone: true }, nowMs);
    expect(over(state)).toBe(false);
    expect(todo(state, nowMs)).toBe('read');
  });

  test('waits a minute for a row that is not there yet', () => {
    const state = stateAfter([{ type: 'read', facts: { is: 'absent', wanted: 1, entryAgeMs: 2_000 } }]);
    expect(todo(state, nowMs)).toBeUndefined();
    expect(todo(state, nowMs + 58_000)).toBe('read');
    const old = stateAfter([{ type: 'read', facts: { is: 'absent', wanted: 1, entryAgeMs: 61_000 } }]);
    expect(todo(old, nowMs)).toBe('leave');
  });
});

describe('whatever happens', () => {
  const facts = fc.oneof(
    fc.record({ is: fc.constant('absent' as const), wanted: fc.nat(5), entryAgeMs: fc.nat(120_000) }),
    fc.record({ is: fc.constant('over' as const), wanted: fc.nat(5), state: fc.constantFrom('published', 'held') }),
    fc
      .record({
        wanted: fc.nat(5),
        settlesInMs: fc.constantFrom(0, 0, 5_000),
        dueAtMs: fc.integer({ min: nowMs - 86_400_000, max: nowMs + 86_400_000 }),
        photos: fc.nat(3),
        photosReady: fc.boolean(),
        claimedAtMs: fc.option(fc.integer({ min: nowMs - 60_000, max: nowMs }), { nil: undefined }),
        witnessReads: fc.nat(30),
      })
      .map(({ claimedAtMs, ...rest }) => open(claimedAtMs === undefined ? rest : { ...rest, claimedAtMs })),
  );
  const outcome = fc.constantFrom('ready', 'stale', 'over') as fc.Arbitrary<'ready' | 'stale' | 'over'>;
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.constant<Event>({ type: 'changed' }),
    facts.map((f): Event => ({ type: 'read', facts: f })),
    outcome.map((o): Event => ({ type: 'photos', outcome: o })),
    outcome.map((o): Event => ({ type: 'draft', outcome: o })),
    fc.constantFrom<Event>(
      { type: 'committed', outcome: 'published' },
      { type: 'committed', outcome: 'over' },
      { type: 'committed', outcome: 'stale' },
      { type: 'committed', outcome: 'unknown', endedAtMs: nowMs },
      { type: 'witnessed', outcome: 'published' },
      { type: 'witnessed', outcome: 'over' },
      { type: 'witnessed', outcome: 'undecided' },
      { type: 'linked' },
      { type: 'left', gone: true },
      { type: 'left', gone: false },
    ),
  );

  test('there is always something to do, or something to wait for, until it is over', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const state = stateAfter(events);
        expect(over(state) || todo(state, nowMs) !== undefined || deadlineMs(state) !== undefined).toBe(true);
      }),
    );
  });

  test('what was claimed is never committed by anything but a witness', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.integer({ min: 0, max: 86_400_000 }), (events, laterMs) => {
        const state = stateAfter([...events, read({ claimedAtMs: nowMs })]);
        expect([undefined, 'witness']).toContain(todo(state, nowMs + laterMs));
      }),
    );
  });
});
