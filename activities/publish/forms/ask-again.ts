const soonestMs = 1_000;
/** Meta's own advice for containers is once a minute. */
const latestMs = 60_000;

/** When to ask again what is not ready yet: soon at first, and the less often the longer it takes. */
export const askAgainAfterMs = (sinceMs: number): number =>
  Math.min(Math.max(soonestMs, (Date.now() - sinceMs) / 2), latestMs);
