import type { Caller } from './caller.ts';

const WINDOW_MS = 60_000;

/**
 * Counts the requests of each API key or session, and of each tenant, minute by minute. Each API process counts what it serves itself: what has
 * to hold for all of them together, guesses at a login, is counted in the control database.
 */
export class Rates {
  readonly #perCaller: number;
  readonly #perTenant: number;
  readonly #counts = new Map<string, number>();
  #endsAtMs = 0;

  constructor({ perCaller, perTenant }: { perCaller: number; perTenant: number }) {
    this.#perCaller = perCaller;
    this.#perTenant = perTenant;
  }

  /** @returns how long to wait before the next one is served, in ms; 0: this one is */
  count(caller: Caller): number {
    const nowMs = performance.now();
    if (nowMs >= this.#endsAtMs) {
      this.#counts.clear();
      this.#endsAtMs = nowMs + WINDOW_MS;
    }
    const own = caller.kind === 'person' ? caller.session.id : caller.actor;
    // What is not served anyway is not the tenant's: a program that runs wild must not keep people from canceling what it has scheduled.
    const isOver =
      this.#exceeds(`caller ${own}`, this.#perCaller) ||
      (caller.tenant !== null && this.#exceeds(`tenant ${caller.tenant}`, this.#perTenant));
    return isOver ? this.#endsAtMs - nowMs : 0;
  }

  #exceeds(who: string, limit: number): boolean {
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    return count > limit;
  }
}
