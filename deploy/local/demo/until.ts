import { setTimeout as delay } from 'node:timers/promises';
import { DemoFailure } from './browser.ts';

/**
 * Looks again and again until there is something to see.
 * @throws DemoFailure that says what was waited for, and what was seen last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { withinMs, everyMs = 100, last = () => '' }: { withinMs: number; everyMs?: number; last?: () => string },
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadlineMs)
      throw new DemoFailure(`Waited ${withinMs / 1_000} s for ${what}, in vain. ${last()}`.trim());
    await delay(everyMs);
  }
}
