import { setImmediate as turn } from 'node:timers/promises';
import type { ControlDb } from '../../db/control/connect.ts';
import { claim, type Parked } from '../../db/control/workflows/claim.ts';

/** While these call, the next ones are claimed: a thousand in one statement take as long as a third of their calls. */
const claimedAtOnce = 200;
/** The first calls are on their way before the last claims are told: all at once, none would be written until all were made. */
const toldAtOnce = 20;

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
    await turn();
    while (this.#asking.length > 0) {
      const batch = this.#asking.splice(0, claimedAtOnce);
      try {
        const granted = await claim(
          this.#control,
          batch.map(({ parked }) => parked),
        );
        void tell(batch, granted);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#underWay = false;
  }
}

async function tell(batch: readonly Asking[], granted: ReadonlySet<string>): Promise<void> {
  for (const [n, { parked, resolve }] of batch.entries()) {
    if (n > 0 && n % toldAtOnce === 0) await turn();
    resolve(granted.has(parked.attempt));
  }
}
