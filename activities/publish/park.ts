import { setTimeout as delay } from 'node:timers/promises';

/** Longer waits are cut, so that a clock that was set is noticed. */
const lookAgainMs = 10_000;
/** A timer may fire a little early; a claim that comes too early costs a statement. */
const notEarlyMs = 1;

/**
 * Waits in this process until `dueAtMs` by the database's clock.
 * @param offsetMs how far the database's clock is ahead of ours
 * @throws the signal's reason when it is aborted first
 */
export async function park(dueAtMs: number, offsetMs: number, signal: AbortSignal): Promise<void> {
  const restMs = () => dueAtMs + notEarlyMs - (Date.now() + offsetMs);
  while (restMs() > 0) await delay(Math.min(restMs(), lookAgainMs), undefined, { signal });
  signal.throwIfAborted();
}
