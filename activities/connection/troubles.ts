import { ApplicationFailure } from '@temporalio/common';
import { VaultError } from '../../db/vault/vault.ts';

/** Where Meta is down there is no sense in asking about every Page. */
const troublesAtMost = 3;

/** Passing faults at some of many Pages, and tokens that do not open: they keep nobody from the others, and in the end they are tried again. */
export class Troubles {
  readonly #all: ApplicationFailure[] = [];
  #damaged: VaultError | undefined;

  async goOn(work: () => Promise<void>): Promise<void> {
    // Who says how long to wait is not down.
    const unsaid = this.#all.filter(({ nextRetryDelay }) => !nextRetryDelay);
    if (unsaid.length >= troublesAtMost) return;
    await work().catch((error) => {
      if (error instanceof ApplicationFailure) this.#all.push(error);
      else if (error instanceof VaultError) this.#damaged = error;
      else throw error;
    });
  }

  /** @throws VaultError where a token did not open, or the ApplicationFailure that can be tried again soonest */
  end(): void {
    if (this.#damaged) throw this.#damaged;
    const [soonest] = this.#all.toSorted((a, b) => Number(a.nextRetryDelay ?? 0) - Number(b.nextRetryDelay ?? 0));
    if (soonest) throw soonest;
  }
}
