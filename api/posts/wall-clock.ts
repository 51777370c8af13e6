const HOUR_MS = 3_600_000;

export type Resolved =
  | { ok: true; instantMs: number; twice: boolean; zone: string }
  | { ok: false; wrong: 'zone' | 'local'; words: string };

/**
 * The instant at which clocks in `zone` show `local` ("2026-03-29T09:00"), by the IANA rules that Node carries.
 * A time that occurs twice is the first of the two; a time that is skipped is refused.
 */
export function resolveWallClock(local: string, zone: string): Resolved {
  const clock = clockOf(zone);
  if (!clock)
    return { ok: false, wrong: 'zone', words: `"${zone}" is not an IANA time zone; write it like Europe/Berlin.` };
  const shownMs = readLocal(local);
  if (shownMs === undefined)
    return {
      ok: false,
      wrong: 'local',
      words: `The local time "${local}" is not a date and time of the calendar; write it like 2026-03-29T09:00.`,
    };

  // Around a change of the clocks the offset before and the one after both come into question; each is tried.
  const offsets = new Set([-24, -12, 0, 12, 24].map((hours) => offsetMs(clock, shownMs + hours * HOUR_MS)));
  const instants = [...offsets].map((offset) => shownMs - offset).filter((at) => at + offsetMs(clock, at) === shownMs);
  if (!instants.length) {
    const words = `${local} does not exist in ${zone}: the clocks are put forward over it. Choose an earlier or a later time.`;
    return { ok: false, wrong: 'local', words };
  }
  return {
    ok: true,
    instantMs: Math.min(...instants),
    twice: instants.length > 1,
    zone: clock.resolvedOptions().timeZone,
  };
}

function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  // Intl takes plain offsets too, but an offset is not a zone: it knows no daylight saving.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  const numbers = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numbers });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @returns the wall clock's reading as if it were UTC; undefined for what no calendar has, like 30 February */
function readLocal(local: string): number | undefined {
  const match = local.match(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?$/);
  if (!match) return undefined;
  const full = `${match[1]}T${match[2]}${match[3] ?? ':00'}.000Z`;
  const ms = Date.parse(full);
  return Number.isNaN(ms) || new Date(ms).toISOString() !== full ? undefined : ms;
}

function offsetMs(clock: Intl.DateTimeFormat, instantMs: number): number {
  const read = Object.fromEntries(clock.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1_000) * 1_000;
}
