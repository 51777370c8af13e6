import { ApplicationFailure } from '@temporalio/common';

/** Where Meta is down there is no sense in asking about every Page. */
const troublesAtMost = 3;

/** Passing faults at some of many Pages: they keep nobody from the others, and in the end they are tried again. */
export class Troubles {
  readonly #all: ApplicationFailure[] = [];

  async goOn(work: () => Promise<void>): Promise<void> {
    // Who says how long to wait is not down.
    const unsaid = this.#all.filter(({ nextRetryDelay }) => !nextRetryDelay);
    if (unsaid.length >= troublesAtMost) return;
    await work().catch((error) => {
      if (!(error instanceof ApplicationFailure)) throw error;
      this.#all.push(error);
    });
  }

  /** @throws ApplicationFailure, the one that can be tried again soonest, where there was any */
  end(): void {
    const [soonest] = this.#all.toSorted((a, b) => Number(a.nextRetryDelay ?? 0) - Number(b.nextRetryDelay ?? 0));
    if (soonest) throw soonest;
  }
}
