import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveWallClock } from '../../api/posts/wall-clock.ts';

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
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const seconds = fc.integer({ min: Date.UTC(2020, 0) / 1_000, max: Date.UTC(2037, 0) / 1_000 });
  fc.assert(
    fc.property(zones, seconds, (zone, second) => {
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
