/** Lets a few through at once and some wait their turn; who comes when too many wait is turned away. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
  }

  /** @throws TurnedAway */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#atOnce) this.#inside += 1;
    else if (this.#waiting.length >= this.#waitingMax) throw new TurnedAway();
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Whoever goes leaves the place to the next, so that nobody new slips in between.
      if (next) next();
      else this.#inside -= 1;
    }
  }
}

export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
}
