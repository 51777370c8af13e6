import type { ControlDb } from '../../db/control/connect.ts';
import { claim, type Parked } from '../../db/control/workflows/claim.ts';

interface Asking {
  parked: Parked;
  resolve(granted: boolean): void;
  reject(error: unknown): void;
}

/**
 * Claims of one worker, whatever their tenants: what falls together while a statement is under way goes into the next
 * one, so that a thousand posts of the same second are claimed by a handful of statements.
 */
export class Claims {
  readonly #control: ControlDb;
  #asking: Asking[] = [];
  #underWay = false;

  constructor(control: ControlDb) {
    this.#control = control;
  }

  /**
   * @returns true: this attempt owns the target and may call Meta; nobody else will
   * @throws when the answer was lost: then only `workflows.claimed_by` tells
   */
  claim(parked: Parked): Promise<boolean> {
    const granted = new Promise<boolean>((resolve, reject) => {
      this.#asking.push({ parked, resolve, reject });
    });
    if (!this.#underWay) void this.#ask();
    return granted;
  }

  async #ask(): Promise<void> {
    this.#underWay = true;
    // Timers of the same instant fire one after the other: let all of them join.
    await new Promise(setImmediate);
    while (this.#asking.length > 0) {
      const batch = this.#asking;
      this.#asking = [];
      try {
        const granted = await claim(
          this.#control,
          batch.map(({ parked }) => parked),
        );
        for (const { parked, resolve } of batch) resolve(granted.has(parked.attempt));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#underWay = false;
  }
}
