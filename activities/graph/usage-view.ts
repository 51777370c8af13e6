import type { Known } from '../../db/control/usage/read.ts';
import type { Heard } from '../../db/control/usage/record.ts';
import { type CallClass, waitsFromPercent } from './call-class.ts';
import { type Limited, nameOf } from './limits.ts';

/** For how long a percentage is believed: Meta's windows move on, and whoever waits hears nothing new. */
export const believedMs = 5 * 60_000;
/** After that one call goes out to hear anew, and the others wait this long for what it hears. */
const probeMs = 10_000;

interface Entry {
  percent: number;
  believedUntilMs: number;
  blockedUntilMs: number;
}

/** What one worker knows of limits that are near. Instants are of the monotonic clock. */
export class UsageView {
  #entries = new Map<string, Entry>();

  /** Whether any limit is near: else nothing has to be known of a call. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  knows = (limited: Limited): boolean => this.#entries.has(nameOf(limited));

  hear(heard: Heard, nowMs: number, ageMs = 0): void {
    const name = nameOf(heard);
    const blockedUntilMs = Math.max(this.#entries.get(name)?.blockedUntilMs ?? 0, nowMs + heard.blockedForMs);
    this.#entries.set(name, { percent: heard.percent, believedUntilMs: nowMs + believedMs - ageMs, blockedUntilMs });
  }

  /** Takes over what all workers together know. What nobody speaks of any more is forgotten, but what is due to be heard anew. */
  replace(known: readonly Known[], nowMs: number): void {
    const isDue = ({ believedUntilMs }: Entry) =>
      believedUntilMs <= nowMs + probeMs && believedUntilMs > nowMs - believedMs;
    this.#entries = new Map([...this.#entries].filter(([, entry]) => isDue(entry)));
    for (const { ageMs, ...heard } of known) this.hear(heard, nowMs, ageMs);
  }

  /** How long a call has to wait; 0: not at all. Where what was heard is old, this call goes out to hear anew, and the next ones wait for it. */
  waitMs(limits: readonly Limited[], callClass: CallClass, nowMs: number): number {
    const entries = limits.flatMap((limited) => this.#entries.get(nameOf(limited)) ?? []);
    const near = entries.filter(({ percent }) => percent >= waitsFromPercent[callClass]);
    const untilMs = Math.max(
      0,
      ...entries.map((entry) => entry.blockedUntilMs),
      ...near.map((entry) => entry.believedUntilMs),
    );
    if (untilMs > nowMs) return untilMs - nowMs;
    for (const entry of near) entry.believedUntilMs = nowMs + probeMs;
    return 0;
  }
}
