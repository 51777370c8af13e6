import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a machine that has much else to do: what comes does not come later for it, and what does not come fails all the same. */
export const patientMs = 120_000;

export interface Patience {
  withinMs?: number;
  everyMs?: number;
  /** What is waited for, as a sentence; it is said when the wait is over in vain. */
  what?: string;
}

/**
 * Looks at a fact until it holds: until `look` returns something truthy without throwing.
 * @returns what `look` returned then
 * @throws with what was waited for, and the last look
 */
export async function eventually<T>(look: () => Promise<T> | T, patience: Patience = {}): Promise<Exclude<T, Falsy>> {
  const { withinMs = patientMs, everyMs = 50, what = 'what was expected' } = patience;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const last = await attempt(look);
    if (last.ok && last.value) return last.value as Exclude<T, Falsy>;
    if (performance.now() > deadline) {
      const seen = last.ok ? `the last look saw ${JSON.stringify(last.value)}` : `the last look failed: ${last.cause}`;
      throw new Error(`Waited ${withinMs} ms in vain for ${what}; ${seen}`, {
        cause: last.ok ? undefined : last.cause,
      });
    }
    await sleep(everyMs);
  }
}

type Falsy = false | null | undefined | '' | 0;

async function attempt<T>(look: () => Promise<T> | T): Promise<{ ok: true; value: T } | { ok: false; cause: unknown }> {
  try {
    return { ok: true, value: await look() };
  } catch (cause) {
    return { ok: false, cause };
  }
}
