import { setImmediate as turn } from 'node:timers/promises';
import type { ControlDb } from '../../db/control/connect.ts';
import { claim, type Parked } from '../../db/control/workflows/claim.ts';
import { gaveWay } from '../failures.ts';

/** While these call, the next ones are claimed: a thousand in one statement take as long as a third of their calls. */
const claimedAtOnce = 200;
/** The first calls are on their way before the last claims are told: all at once, none would be written until all were made. */
const toldAtOnce = 20;

interface Asking {
  parked: Parked;
  resolve(sentAtMs: number | undefined): void;
  reject(error: unknown): void;
}

/**
 * Claims of one worker, whatever their tenants: what falls together while a statement is under way goes into the next
 * one, so that a thousand posts of the same second are claimed by a handful of statements.
 */
export class Claims {
  readonly #control: ControlDb;
  readonly #goingDown: AbortSignal;
  #asking: Asking[] = [];
  #underWay = false;

  constructor(control: ControlDb, goingDown: AbortSignal) {
    this.#control = control;
    this.#goingDown = goingDown;
  }

  /**
   * @returns where this attempt owns the target now, and may call Meta as nobody else will: when that was asked for, by the monotonic clock; else
   *   undefined
   * @throws when the answer was lost: then only `workflows.claimed_by` tells; `gaveWay` when the worker goes down before it was asked
   */
  claim(parked: Parked): Promise<number | undefined> {
    const granted = new Promise<number | undefined>((resolve, reject) => {
      this.#asking.push({ parked, resolve, reject });
    });
    if (!this.#underWay) void this.#ask();
    return granted;
  }

  async #ask(): Promise<void> {
    this.#underWay = true;
    // Timers of the same instant fire one after the other: let all of them join.
    await turn();
    while (this.#asking.length > 0 && !this.#goingDown.aborted) {
      const batch = this.#asking.splice(0, claimedAtOnce);
      const sentAtMs = performance.now();
      try {
        const granted = await claim(
          this.#control,
          batch.map(({ parked }) => parked),
        );
        void tell(batch, granted, sentAtMs);
      } catch (error) {
        // Those behind it would each wait as long for a database that does not answer.
        for (const { reject } of [...batch, ...this.#asking.splice(0)]) reject(error);
      }
    }
    for (const { reject } of this.#asking.splice(0)) reject(gaveWay());
    this.#underWay = false;
  }
}

async function tell(batch: readonly Asking[], granted: ReadonlySet<string>, sentAtMs: number): Promise<void> {
  for (const [n, { parked, resolve }] of batch.entries()) {
    if (n > 0 && n % toldAtOnce === 0) await turn();
    resolve(granted.has(parked.attempt) ? sentAtMs : undefined);
  }
}
