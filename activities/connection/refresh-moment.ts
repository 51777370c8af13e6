const refreshAfter = 0.8;
/** So that tokens obtained together are not refreshed together. */
const jitter = 0.02;

/** When a token is exchanged for a fresh one: at 80 % of its life, a little sooner or later. @returns null for one without an end */
export function refreshAtMs(obtainedAtMs: number, expiresAtMs: number | null, random = Math.random()): number | null {
  if (expiresAtMs === null) return null;
  const share = refreshAfter + (2 * random - 1) * jitter;
  return Math.round(obtainedAtMs + Math.max(0, expiresAtMs - obtainedAtMs) * share);
}
