import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/**
 * Does something every so often until the signal; a failure is logged and does not stop it.
 * @param o.retryMs how soon after a failure, where that is sooner
 * @returns when the last one has ended
 */
export async function every(
  intervalMs: number,
  { name, signal, log, retryMs = intervalMs }: { name: string; signal: AbortSignal; log: Logger; retryMs?: number },
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    let waitMs = intervalMs;
    try {
      await work();
    } catch (error) {
      log.warn({ work: name, error: nameOf(error) }, 'did not work this time');
      waitMs = retryMs;
    }
    await delay(waitMs, undefined, { signal }).catch(stopped);
  }
}

/** Being woken by the signal is how it ends. */
function stopped(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}

/** Its class and code: a message could quote a row. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
