const WINDOW_MS = 15 * 60_000;
const REMEMBERED_MAX = 10_000;

interface Failures {
  count: number;
  untilMs: number;
}

/** Counts failed logins for each e-mail and each address, in this process; a few wrong guesses cost nothing, many cost waiting. */
export class LoginThrottle {
  readonly #failures = new Map<string, Failures>();
  readonly #perEmail: number;
  readonly #perAddress: number;

  constructor({ perEmail = 10, perAddress = 50 } = {}) {
    this.#perEmail = perEmail;
    this.#perAddress = perAddress;
  }

  /** How long to wait before another attempt is looked at; 0 when it may be made now. */
  waitMs(email: string, address: string, nowMs = Date.now()): number {
    const waits = [
      this.#wait(`email ${email}`, this.#perEmail, nowMs),
      this.#wait(`address ${address}`, this.#perAddress, nowMs),
    ];
    return Math.max(...waits);
  }

  failed(email: string, address: string, nowMs = Date.now()): void {
    for (const who of [`email ${email}`, `address ${address}`]) {
      const known = this.#failures.get(who);
      const count = known && known.untilMs > nowMs ? known.count + 1 : 1;
      this.#failures.delete(who);
      this.#failures.set(who, { count, untilMs: nowMs + WINDOW_MS });
    }
    this.#forgetOldest();
  }

  succeeded(email: string): void {
    this.#failures.delete(`email ${email}`);
  }

  #wait(who: string, limit: number, nowMs: number): number {
    const known = this.#failures.get(who);
    return known && known.count >= limit ? Math.max(0, known.untilMs - nowMs) : 0;
  }

  #forgetOldest(): void {
    for (const who of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED_MAX) return;
      this.#failures.delete(who);
    }
  }
}
