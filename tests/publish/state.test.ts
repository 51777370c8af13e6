import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Chore, Facts, Open } from '../../workflows/publish/facts.ts';
import { resumedToday } from '../../workflows/publish/resumed.ts';
import { begin, deadlineMs, type Event, leadMs, next, over, type State, todo } from '../../workflows/publish/state.ts';
import { callMaxMs } from '../../workflows/publish/witness-delays.ts';

const target = '01890a5d-ac96-774b-bcce-b302099a8057';
const nowMs = Date.UTC(2026, 10, 24, 8);
const dueAtMs = nowMs + 3_600_000;
const aheadMs = 600_000;

const open = (facts: Partial<Open> = {}): Open => ({
  is: 'open',
  wanted: 1,
  settlesInMs: 0,
  connection: 'c',
  platform: 'facebook',
  dueAtMs,
  form: 'page-post',
  aheadMs: 0,
  chores: [],
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
    expect(todo(state, dueAtMs - leadMs(target))).toBe('last');
  });

  test('sends its files as long before it is due as they need, and makes its draft later', () => {
    const state = stateAfter([read({ aheadMs })]);
    expect(deadlineMs(state)).toBe(dueAtMs - aheadMs);
    expect(todo(state, dueAtMs - aheadMs)).toBe('ahead');
    const sent = next(state, { type: 'prepared', stage: 'ahead', outcome: 'ready' }, nowMs);
    expect(deadlineMs(sent)).toBe(dueAtMs - leadMs(target));
  });

  test('has what is left of an older content deleted at Meta while there is time, and after it where there is not', () => {
    const state = stateAfter([read({ chores: ['discard'] })]);
    expect(todo(state, nowMs)).toBe('discard');
    const done = next(state, { type: 'finished', chore: 'discard' }, nowMs);
    expect(todo(done, nowMs)).toBeUndefined();
    expect(deadlineMs(done)).toBe(deadlineMs(state));
    const late = stateAfter([read({ chores: ['discard'], dueAtMs: nowMs + 60_000 + leadMs(target) })]);
    expect(todo(late, nowMs)).toBeUndefined();
    const published = next(late, { type: 'committed', outcome: 'published' }, nowMs);
    expect(published.chores).toEqual(['link', 'discard']);
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

describe('a published post whose text is to be changed', () => {
  const over = (chores: Chore[], settlesInMs?: number): Event => ({
    type: 'read',
    facts: { is: 'over', wanted: 2, state: 'published', chores, ...(settlesInMs === undefined ? {} : { settlesInMs }) },
  });

  test('has its rows read again when it was edited, since another text may be wished', () => {
    const state = stateAfter([over(['edit', 'link'])]);
    expect(todo(state, nowMs)).toBe('edit');
    expect(todo(next(state, { type: 'finished', chore: 'edit' }, nowMs), nowMs)).toBe('read');
  });

  test('is not left while its row may still be behind what is wanted', () => {
    const state = stateAfter([over([], 9_000)]);
    expect(todo(state, nowMs)).toBeUndefined();
    expect(deadlineMs(state)).toBe(nowMs + 9_000);
    expect(todo(state, nowMs + 9_000)).toBe('read');
    expect(todo(stateAfter([over([], 0)]), nowMs)).toBe('leave');
    expect(todo(stateAfter([over([])]), nowMs)).toBe('leave');
  });
});

describe('a commit', () => {
  const armed = stateAfter([read(), { type: 'prepared', stage: 'last', outcome: 'ready' }]);

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

  test('is looked for at 1, 5, 32 and 125 seconds, 10 and 60 minutes, then every hour', () => {
    let state = next(armed, { type: 'committed', outcome: 'unknown', endedAtMs: nowMs }, nowMs);
    const looksS: number[] = [];
    for (let look = 0; look < 9; look++) {
      const atMs = deadlineMs(state) ?? Number.NaN;
      looksS.push((atMs - nowMs) / 1_000);
      expect(todo(state, atMs)).toBe('witness');
      state = next(state, { type: 'witnessed', outcome: 'undecided' }, atMs);
    }
    expect(looksS).toEqual([1, 5, 32, 125, 600, 3_600, 7_200, 10_800, 14_400]);
  });
});

describe('a commit that Meta has taken and is at work on', () => {
  const accepted = stateAfter([
    read(),
    { type: 'prepared', stage: 'last', outcome: 'ready' },
    { type: 'committed', outcome: 'accepted', endedAtMs: nowMs },
  ]);

  test('is looked at often in the beginning, and ever more seldom', () => {
    let [state, atMs] = [accepted, nowMs];
    const waitsS: number[] = [];
    for (let look = 0; look < 40; look++) {
      const due = deadlineMs(state) ?? Number.NaN;
      waitsS.push(Math.round((due - atMs) / 1_000));
      atMs = due;
      expect(todo(state, atMs)).toBe('witness');
      state = next(state, { type: 'witnessed', outcome: 'processing' }, atMs);
    }
    expect(waitsS.slice(0, 4)).toEqual([3, 3, 3, 3]);
    expect(waitsS.at(-1)).toBe(600);
    expect(waitsS.toSorted((a, b) => a - b)).toEqual(waitsS);
  });

  test('is known to have been taken also when only a look shows it', () => {
    const unknown = stateAfter([read({ claimedAtMs: nowMs - callMaxMs })]);
    const seen = next(unknown, { type: 'witnessed', outcome: 'processing' }, nowMs + 1_000);
    expect(deadlineMs(seen)).toBe(nowMs + 4_000);
  });
});

describe('what was read by former code', () => {
  const former = { photos: 2, photosReady: false, claimedAtMs: undefined };

  test('goes on as it would have gone on then', () => {
    const { form: _form, aheadMs: _ahead, chores: _chores, ...facts } = open();
    const state = stateAfter([{ type: 'read', facts: { ...facts, ...former } as unknown as Facts }]);
    expect(deadlineMs(state)).toBe(dueAtMs - 600_000);
    expect(state.facts?.form).toBeUndefined();
    const linked = { is: 'over', wanted: 1, state: 'published', unlinked: true } as unknown as Facts;
    expect(todo(stateAfter([{ type: 'read', facts: linked }]), nowMs)).toBe('link');
  });

  test('and handed on by a run of former code is gone on with', () => {
    const state = resumedToday({ ...stateAfter([read()]), phase: 'linking' });
    expect(todo(state, nowMs)).toBe('link');
    expect(todo(next(state, { type: 'finished', chore: 'link' }, nowMs), nowMs)).toBe('leave');
  });
});

describe('the end', () => {
  const ended = (state: string, chores: Chore[] = []): Event => {
    return { type: 'read', facts: { is: 'over', wanted: 3, state, chores } };
  };
  const leaving = stateAfter([ended('canceled')]);

  test('comes when the row is terminal and the entry is gone', () => {
    expect(todo(leaving, nowMs)).toBe('leave');
    expect(over(next(leaving, { type: 'left', gone: true }, nowMs))).toBe(true);
  });

  test('does not come when somebody wanted something in the meantime', () => {
    expect(todo(next(leaving, { type: 'left', gone: false }, nowMs), nowMs)).toBe('read');
  });

  test('does not come before the address was read, though a nudge or a lost answer led back to the rows', () => {
    const state = stateAfter([
      read(),
      { type: 'committed', outcome: 'published' },
      { type: 'changed' },
      ended('published', ['link']),
    ]);
    expect(todo(state, nowMs)).toBe('link');
    expect(todo(next(state, { type: 'finished', chore: 'link' }, nowMs), nowMs)).toBe('leave');
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
    fc.record({
      is: fc.constant('over' as const),
      wanted: fc.nat(5),
      state: fc.constantFrom('published', 'held'),
      chores: fc.subarray<Chore>(['link', 'comment', 'discard']),
    }),
    fc
      .record({
        wanted: fc.nat(5),
        settlesInMs: fc.constantFrom(0, 0, 5_000),
        dueAtMs: fc.integer({ min: nowMs - 86_400_000, max: nowMs + 86_400_000 }),
        aheadMs: fc.constantFrom(0, aheadMs),
        chores: fc.subarray<Chore>(['discard']),
        accepted: fc.boolean(),
        claimedAtMs: fc.option(fc.integer({ min: nowMs - 60_000, max: nowMs }), { nil: undefined }),
        witnessReads: fc.nat(30),
      })
      .map(({ claimedAtMs, ...rest }) => open(claimedAtMs === undefined ? rest : { ...rest, claimedAtMs })),
  );
  const outcome = fc.constantFrom('ready', 'stale', 'over') as fc.Arbitrary<'ready' | 'stale' | 'over'>;
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.constant<Event>({ type: 'changed' }),
    facts.map((f): Event => ({ type: 'read', facts: f })),
    outcome.map((o): Event => ({ type: 'prepared', stage: 'ahead', outcome: o })),
    outcome.map((o): Event => ({ type: 'prepared', stage: 'last', outcome: o })),
    fc.constantFrom<Event>(
      { type: 'committed', outcome: 'published' },
      { type: 'committed', outcome: 'over' },
      { type: 'committed', outcome: 'stale' },
      { type: 'committed', outcome: 'unknown', endedAtMs: nowMs },
      { type: 'committed', outcome: 'accepted', endedAtMs: nowMs },
      { type: 'witnessed', outcome: 'published' },
      { type: 'witnessed', outcome: 'processing' },
      { type: 'witnessed', outcome: 'over' },
      { type: 'witnessed', outcome: 'undecided' },
      { type: 'finished', chore: 'link' },
      { type: 'finished', chore: 'discard' },
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
