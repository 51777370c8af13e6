import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveWallClock } from '../../api/posts/wall-clock.ts';

/** Every zone of Intl under the name that it gives itself, and some under names that people know and Intl takes too. */
const zones = [
  ...Intl.supportedValuesOf('timeZone'),
  ...[
    'UTC',
    'GMT',
    'Etc/GMT+5',
    'EST5EDT',
    'US/Eastern',
    'Asia/Calcutta',
    'Asia/Kolkata',
    'Europe/Kiev',
    'Europe/Kyiv',
  ],
];

const instant = (local: string, zone: string) => {
  const resolved = resolveWallClock(local, zone);
  return resolved.ok ? new Date(resolved.instantMs).toISOString() : resolved.words;
};
const twice = (local: string, zone: string) => {
  const resolved = resolveWallClock(local, zone);
  return resolved.ok && resolved.twice;
};

test('the hour before and after a change of the clocks is as the zone has it', () => {
  expect(instant('2026-03-29T01:59', 'Europe/Berlin')).toBe('2026-03-29T00:59:00.000Z');
  expect(instant('2026-03-29T02:00', 'Europe/Berlin')).toContain('does not exist');
  expect(instant('2026-03-29T02:59:59', 'Europe/Berlin')).toContain('does not exist');
  expect(instant('2026-03-29T03:00', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
  expect(instant('2026-10-25T02:00', 'Europe/Berlin')).toBe('2026-10-25T00:00:00.000Z');
  expect(instant('2026-10-25T03:00', 'Europe/Berlin')).toBe('2026-10-25T02:00:00.000Z');
});

test('only what the clocks show twice occurs twice', () => {
  expect(twice('2026-10-25T01:59', 'Europe/Berlin')).toBe(false);
  expect(twice('2026-10-25T02:00', 'Europe/Berlin')).toBe(true);
  expect(twice('2026-10-25T02:59:59', 'Europe/Berlin')).toBe(true);
  expect(twice('2026-10-25T03:00', 'Europe/Berlin')).toBe(false);
});

test('zones with half hours, southern summers and skipped days are understood', () => {
  expect(instant('2026-10-04T02:15', 'Australia/Lord_Howe')).toContain('does not exist');
  expect(instant('2026-10-04T02:30', 'Australia/Lord_Howe')).toBe('2026-10-03T15:30:00.000Z');
  expect(twice('2026-04-05T01:45', 'Australia/Lord_Howe')).toBe(true);
  expect(instant('2026-01-01T00:00', 'Asia/Kathmandu')).toBe('2025-12-31T18:15:00.000Z');
  expect(instant('2011-12-30T12:00', 'Pacific/Apia')).toContain('does not exist');
  expect(instant('2026-01-01T00:00', 'UTC')).toBe('2026-01-01T00:00:00.000Z');
});

test('what is no zone or no date is said to be none', () => {
  for (const zone of ['Mars/Olympus', '+02:00', '', 'CEST!'])
    expect(resolveWallClock('2026-01-01T00:00', zone)).toMatchObject({ ok: false, wrong: 'zone' });
  for (const local of [
    '2026-02-30T09:00',
    '2026-13-01T09:00',
    '2026-01-01T24:00',
    '2026-01-01',
    '2026-01-01T09:00Z',
    '',
  ])
    expect(resolveWallClock(local, 'UTC')).toMatchObject({ ok: false, wrong: 'local' });
});

test('whatever instant a clock shows, reading that clock leads back to it or to the same reading an hour before', () => {
  const seconds = fc.integer({ min: Date.UTC(2020, 0) / 1_000, max: Date.UTC(2037, 0) / 1_000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), seconds, (zone, second) => {
      const local = new Date(second * 1_000).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
      const resolved = resolveWallClock(local, zone);
      expect(resolved.ok).toBe(true);
      if (!resolved.ok) return;
      expect(resolved.instantMs).toBeLessThanOrEqual(second * 1_000);
      if (!resolved.twice) expect(resolved.instantMs).toBe(second * 1_000);
      expect(new Date(resolved.instantMs).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T')).toBe(local);
    }),
    { numRuns: 300 },
  );
});

/** The offset of a zone at an instant, read from a text that another formatter writes than the one under test. */
function shownBy(zone: string) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms: number) => Date.parse(`${format.format(ms).replace(' ', 'T')}Z`);
}

const dayMs = 86_400_000;
const [fromMs, toMs] = [Date.UTC(2026, 0), Date.UTC(2036, 0)];

/** Every instant of ten years at which the clocks of a zone change, to the second. */
function changesOf(shown: (ms: number) => number): number[] {
  const offset = (ms: number) => shown(ms) - ms;
  const changes: number[] = [];
  for (let before = fromMs; before < toMs; before += 5 * dayMs) {
    let [low, high] = [before, before + 5 * dayMs];
    if (offset(low) === offset(high)) continue;
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

test('in every zone there is, at every change of ten years, a time is skipped, first of two, or itself', {
  timeout: 240_000,
}, () => {
  const wrong: string[] = [];
  const seen = { changes: 0, skipped: 0, twice: 0, once: 0 };
  for (const zone of zones) {
    const shown = shownBy(zone);
    const changes = changesOf(shown);
    const offsets = new Set([fromMs, ...changes, ...changes.map((at) => at - 1_000)].map((ms) => shown(ms) - ms));
    const around = changes.flatMap((at) => {
      const edges = [at + (shown(at - 1_000) - (at - 1_000)), shown(at)].toSorted((a, b) => a - b) as [number, number];
      const middle = edges[0] + Math.floor((edges[1] - edges[0]) / 2_000) * 1_000;
      return [edges[0] - 1_000, edges[0], middle, edges[1] - 1_000, edges[1]];
    });
    seen.changes += changes.length;
    for (const reading of [...around, fromMs + dayMs / 2]) {
      const instants = [...offsets].map((offset) => reading - offset).filter((ms) => shown(ms) === reading);
      seen[instants.length === 0 ? 'skipped' : instants.length === 1 ? 'once' : 'twice'] += 1;
      const local = new Date(reading).toISOString().slice(0, 19);
      const resolved = resolveWallClock(local, zone);
      const right = resolved.ok
        ? resolved.instantMs === Math.min(...instants) && resolved.twice === instants.length > 1
        : instants.length === 0 && resolved.wrong === 'local' && resolved.words.includes('does not exist');
      if (!right) wrong.push(`${local} ${zone}`);
    }
  }
  expect(wrong).toEqual([]);
  // Nothing was compared with nothing.
  expect(seen.changes).toBeGreaterThan(1_000);
  for (const kind of ['skipped', 'twice', 'once'] as const) expect(seen[kind]).toBeGreaterThan(1_000);
});
