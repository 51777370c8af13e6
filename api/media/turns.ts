import { Turnstile } from '../session/turnstile.ts';

interface TenantsTurns {
  uploads: number;
  reading: Turnstile;
}

/**
 * Keeps one tenant's uploads from taking everything from the others: how many may be under way at once, and that of each only one file is read at a
 * time, of all a few. Some hundred kilobytes can be made so that reading them takes half a gigabyte of memory.
 */
export class Turns {
  readonly #uploadsAtOnce: number;
  readonly #reading: Turnstile;
  readonly #tenants = new Map<string, TenantsTurns>();

  constructor({ uploadsAtOnce, readAtOnce }: { uploadsAtOnce: number; readAtOnce: number }) {
    this.#uploadsAtOnce = uploadsAtOnce;
    this.#reading = new Turnstile({ atOnce: readAtOnce, waitingMax: Number.POSITIVE_INFINITY });
  }

  /**
   * Takes an upload in; `read` passes on what reads its bytes, when its turn has come.
   * @returns undefined where as many of that tenant come in already as may
   */
  async upload<T>(
    tenant: string,
    work: (read: <R>(reading: () => Promise<R>) => Promise<R>) => Promise<T>,
  ): Promise<T | undefined> {
    const turns = this.#tenants.get(tenant) ?? {
      uploads: 0,
      reading: new Turnstile({ atOnce: 1, waitingMax: Number.POSITIVE_INFINITY }),
    };
    if (turns.uploads >= this.#uploadsAtOnce) return undefined;
    turns.uploads += 1;
    this.#tenants.set(tenant, turns);
    try {
      return await work((reading) => turns.reading.pass(() => this.#reading.pass(reading)));
    } finally {
      turns.uploads -= 1;
      if (!turns.uploads) this.#tenants.delete(tenant);
    }
  }
}
