import { setTimeout as sleep } from 'node:timers/promises';
import { ends } from './judge.ts';
import type { Rows } from './rows.ts';

const lookEveryMs = 400;

/** Waits for many posts at once with one look at a time. */
export class Watch {
  readonly #rows: Rows;
  readonly #enough: AbortSignal;
  readonly #waiting = new Map<string, (hasEnded: boolean) => void>();
  #looking = false;

  /** @param enough ends all waiting */
  constructor(rows: Rows, enough: AbortSignal) {
    this.#rows = rows;
    this.#enough = enough;
  }

  /** @returns whether the post has come to its end; not where it was waited for for too long */
  over(target: string, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.set(target, resolve);
    if (!this.#looking) void this.#look();
    const giveUp = setTimeout(() => this.#tell(target, false), withinMs);
    return promise.finally(() => clearTimeout(giveUp));
  }

  #tell(target: string, hasEnded: boolean): void {
    this.#waiting.get(target)?.(hasEnded);
    this.#waiting.delete(target);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#waiting.size) {
      if (this.#enough.aborted) for (const target of [...this.#waiting.keys()]) this.#tell(target, false);
      // While PostgreSQL is down nothing is known.
      const states = await this.#rows.states([...this.#waiting.keys()]).catch(() => new Map<string, string>());
      for (const [target, state] of states) if (ends.has(state)) this.#tell(target, true);
      await sleep(lookEveryMs);
    }
    this.#looking = false;
  }
}
