import { setTimeout as sleep } from 'node:timers/promises';
import { ends } from './judge.ts';
import type { Rows } from './rows.ts';

const lookEveryMs = 400;

/** Waits for many posts at once with one look at a time. */
export class Watch {
  readonly #rows: Rows;
  readonly #waiting = new Map<string, () => void>();
  #looking = false;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Resolves when the post has come to an end, or is no longer waited for. */
  over(target: string): Promise<void> {
    return new Promise((tell) => {
      this.#waiting.set(target, tell);
      if (!this.#looking) void this.#look();
    });
  }

  giveUp(target: string): void {
    this.#waiting.get(target)?.();
    this.#waiting.delete(target);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#waiting.size) {
      // While PostgreSQL is down nothing is known.
      const states = await this.#rows.states([...this.#waiting.keys()]).catch(() => new Map<string, string>());
      for (const [target, state] of states) if (ends.has(state)) this.giveUp(target);
      await sleep(lookEveryMs);
    }
    this.#looking = false;
  }
}
