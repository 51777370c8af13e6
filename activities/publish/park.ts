import { setTimeout as delay } from 'node:timers/promises';

/** Longer waits are cut, so that a clock that was set is noticed. */
const lookAgainMs = 10_000;
/** A timer may fire a little early; a claim that comes too early costs a statement. */
const notEarlyMs = 1;

/**
 * The database's time from now on, as far as this process can tell. Where our clock is set one of its two clocks is wrong: the one that is ahead
 * counts, since a claim that comes too early is refused, and nobody notices one that comes too late.
 * @param offsetMs how far the database's clock is ahead of ours
 */
export function databaseClock(offsetMs: number): () => number {
  const aheadMs = Date.now() + offsetMs - performance.now();
  return () => Math.max(Date.now() + offsetMs, performance.now() + aheadMs);
}

/**
 * Waits in this process until `dueAtMs` by the database's clock.
 * @throws the signal's reason when it is aborted first
 */
export async function park(dueAtMs: number, nowMs: () => number, signal: AbortSignal): Promise<void> {
  const restMs = () => dueAtMs + notEarlyMs - nowMs();
  for (let ms = restMs(); ms > 0; ms = restMs()) await delay(Math.min(ms, lookAgainMs), undefined, { signal });
  signal.throwIfAborted();
}
