import type { Database } from './database.ts';
import { readSetting, writeSetting } from './settings.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Real time plus an offset that a test may set; kept in the state, since expiry must not jump back at a restart. */
export class Clock {
  readonly #db: Database;
  #offsetMs: number;

  constructor(db: Database) {
    this.#db = db;
    this.#offsetMs = Number(readSetting(db, 'clock-offset-ms') ?? 0);
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  setOffset(offsetMs: number): void {
    writeSetting(this.#db, 'clock-offset-ms', String(offsetMs));
    this.#offsetMs = offsetMs;
  }
}

/** `2026-09-03T07:00:00+0000`: whole seconds, and no colon in the zone. */
export function metaTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}

export function unixSeconds(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}
