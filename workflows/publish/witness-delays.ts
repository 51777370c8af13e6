const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** A claimed call may be under way for this long. */
export const callMaxMs = 20 * secondMs;

/**
 * Waits before the looks at Meta; then hourly. The first are short because much is seen at once, and a feed post's commit may be repeated. Those
 * that are believed 30 s and 120 s after the call come a little later than that: clocks differ.
 */
const delaysMs = [secondMs, 5 * secondMs, 32 * secondMs, 125 * secondMs, 10 * minuteMs, hourMs];

/** How long after a call of unknown outcome the next look comes, after so many. */
export const witnessDelayMs = (reads: number): number => delaysMs[reads] ?? (reads - delaysMs.length + 2) * hourMs;

/** How long to leave Meta alone with a video that it has taken: the longer it has taken already, the longer. */
export const processingDelayMs = (soFarMs: number): number =>
  Math.min(Math.max(soFarMs / 4, 3 * secondMs), 10 * minuteMs);
