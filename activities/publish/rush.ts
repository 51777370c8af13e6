/** So many calls at once leave a machine time for more. */
const few = 10;
/** What became of a post is told no later than this after it is known. */
const waitAtMostMs = 1_000;

/**
 * Of posts that are due at the same instant all are called before it is written down what became of the first: that would take processor and
 * database from the calls of the others.
 */
export class Rush {
  #underWay = 0;
  #over = Promise.withResolvers<void>();
  /** One for all that wait: a thousand timers of their own would take from the calls too. */
  #timer: NodeJS.Timeout | undefined;

  /** Makes a call that may be one of many. */
  async call<T>(make: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await make();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay <= few) this.#letGo();
    }
  }

  /** Until few calls are under way. */
  async over(): Promise<void> {
    if (this.#underWay <= few) return;
    this.#timer ??= setTimeout(() => this.#letGo(), waitAtMostMs);
    await this.#over.promise;
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#over.resolve();
    this.#over = Promise.withResolvers();
  }
}
