import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlDb } from '../../db/control/connect.ts';
import { readUsage } from '../../db/control/usage/read.ts';
import { forgetUsage, type Heard, recordUsage } from '../../db/control/usage/record.ts';
import { nearPercent } from './call-class.ts';
import type { GraphFailure } from './failure.ts';
import { type Governed, Limits, nameOf } from './limits.ts';
import type { Headers } from './usage.ts';
import { believedMs, UsageView } from './usage-view.ts';

/** A worker that is busy hears this often from the others, beside its calls. */
const exchangeEveryMs = 500;
/** What was read longer ago is read again before a call that can wait; a publish never waits for it. */
const freshMs = 2_000;
/** A database that does not answer keeps no call back for longer. */
const askAtMostMs = 1_000;
const forgetEveryMs = 3_600_000;

/**
 * Keeps all workers together below Meta's limits. Each knows in memory what is near a limit, so that a call usually costs no
 * question; what matters to the others goes through the control database, many answers in one statement.
 */
export class Governor {
  readonly #control: ControlDb;
  readonly #limits: Limits;
  readonly #onTrouble: (error: unknown) => void;
  readonly #view = new UsageView();
  #unsaid = new Map<string, Heard>();
  #readAtMs = Number.NEGATIVE_INFINITY;
  #forgotAtMs = Number.NEGATIVE_INFINITY;
  #exchanging: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(o: { control: ControlDb; key: string; appId: string; onTrouble?: (error: unknown) => void }) {
    this.#control = o.control;
    this.#limits = new Limits(o);
    this.#onTrouble = o.onTrouble ?? (() => {});
  }

  /** @returns how long to wait before this call may be made; 0: now */
  async waitMs(call: Governed): Promise<number> {
    const stale = performance.now() - this.#readAtMs > freshMs;
    if (stale && call.class !== 'publish')
      await Promise.race([this.#exchange(), sleep(askAtMostMs, undefined, { ref: false })]);
    else this.#exchangeSoon();
    if (this.#view.isEmpty) return 0;
    return this.#view.waitMs(this.#limits.of(call), call.class, performance.now());
  }

  /** Takes in what an answer says of limits. Far from every limit that is nothing. */
  hear(call: Governed, headers: Headers, failure?: GraphFailure): void {
    const matters = this.#limits
      .heard(call, headers, failure)
      .filter((heard) => heard.percent >= nearPercent || heard.blockedForMs > 0 || this.#view.knows(heard));
    for (const heard of matters) {
      this.#view.hear(heard, performance.now());
      this.#unsaid.set(nameOf(heard), later(heard, this.#unsaid.get(nameOf(heard))));
    }
    // A block is everybody's business at once.
    if (matters.some(({ blockedForMs }) => blockedForMs > 0)) void this.#exchange();
    else if (matters.length) this.#exchangeSoon();
  }

  /** Says what has not been said yet. */
  async close(): Promise<void> {
    await this.#exchanging;
    if (this.#unsaid.size) await this.#exchange();
    clearTimeout(this.#timer);
  }

  #exchangeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#exchange();
    }, exchangeEveryMs).unref();
  }

  /** Whoever comes while one is under way waits for that one. Without the database calls go on by what is known here. */
  #exchange(): Promise<void> {
    this.#exchanging ??= this.#tellAndRead()
      .catch(this.#onTrouble)
      .finally(() => {
        this.#exchanging = undefined;
        if (this.#unsaid.size) this.#exchangeSoon();
      });
    return this.#exchanging;
  }

  async #tellAndRead(): Promise<void> {
    const telling = this.#unsaid;
    this.#unsaid = new Map();
    try {
      await recordUsage(this.#control, [...telling.values()]);
    } catch (error) {
      for (const [name, heard] of telling) this.#unsaid.set(name, later(this.#unsaid.get(name) ?? heard, heard));
      throw error;
    }
    const known = await readUsage(this.#control, { fromPercent: nearPercent, withinMs: believedMs });
    const nowMs = performance.now();
    this.#view.replace(known, nowMs);
    for (const heard of this.#unsaid.values()) this.#view.hear(heard, nowMs);
    this.#readAtMs = nowMs;
    if (nowMs - this.#forgotAtMs < forgetEveryMs) return;
    this.#forgotAtMs = nowMs;
    await forgetUsage(this.#control);
  }
}

/** The newer percentage counts, and the longer block. */
const later = (heard: Heard, before: Heard | undefined): Heard => ({
  ...heard,
  blockedForMs: Math.max(heard.blockedForMs, before?.blockedForMs ?? 0),
});
