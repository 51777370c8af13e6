import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.ts';
import { type Child, type Ended, startChild } from './child.ts';
import { lastLines } from './logs.ts';
import type { Part, Task } from './part.ts';
import type { Watchdog } from './watchdog.ts';

const firstBackOffMs = 500;
const longestBackOffMs = 30_000;
/** For whoever has lived this long the waiting begins anew with the shortest. */
const settledMs = 60_000;
const stopBeforeAgainMs = 5_000;
/** So much is kept for each rank that comes later. */
const leastForARankMs = 2_000;

export interface Supervised {
  watchdog: Watchdog;
  say: (line: string) => void;
  /** The pids, whenever they change. */
  changed: (pids: Record<string, number>) => void;
}

/** Starts parts, starts again what dies, and stops them in the reverse order. */
export class Supervisor {
  readonly #o: Supervised;
  readonly #running = new Map<string, Child>();
  readonly #stop = new AbortController();

  constructor(o: Supervised) {
    this.#o = o;
  }

  get pids(): Record<string, number> {
    return Object.fromEntries([...this.#running].map(([name, child]) => [name, child.pid]));
  }

  /** Resolves when the part serves. @throws CannotStart */
  async start(part: Part): Promise<void> {
    const child = await this.#launch(part);
    await this.#serving(part, child);
    void this.#keepAlive(part, child);
  }

  /** Runs a task to its end. @throws CannotStart when it fails */
  async run(task: Task): Promise<void> {
    const child = await this.#launch(task);
    const how = await child.ended;
    this.#running.delete(task.name);
    if (how.code === 0) return;
    throw new CannotStart(`${task.title} failed (${describe(how)}). ${endOf(child)}`);
  }

  /** Stops one rank after the other, those of one rank at the same time; a rank may use the time that those before it left. */
  async stopAll(ranks: string[][], withinMs: number): Promise<void> {
    this.#stop.abort();
    const deadline = Date.now() + withinMs;
    for (const [index, names] of ranks.entries()) {
      const kept = leastForARankMs * (ranks.length - 1 - index);
      const here = names.flatMap((name) => this.#running.get(name) ?? []);
      await Promise.all(here.map((child) => child.stop(deadline - kept - Date.now())));
    }
  }

  async #launch(part: Part | Task): Promise<Child> {
    const command = await part.command();
    if (this.#stop.signal.aborted) throw new CannotStart(`${part.title} was not started: the stack is stopping.`);
    const child = await startChild(command, this.#o.watchdog).catch((cause: Error) => {
      throw new CannotStart(`${part.title} cannot be started: ${cause.message}`);
    });
    this.#running.set(part.name, child);
    this.#o.changed(this.pids);
    if (this.#stop.signal.aborted) await child.stop(stopBeforeAgainMs);
    return child;
  }

  async #serving(part: Part, child: Child): Promise<void> {
    let ended: Ended | undefined;
    void child.ended.then((how) => {
      ended = how;
    });
    try {
      await part.ready(() => ended !== undefined || this.#stop.signal.aborted);
    } catch (cause) {
      const what = ended ? `ended at once (${describe(ended)})` : `does not serve (${(cause as Error).message})`;
      throw new CannotStart(`${part.title} ${what}. ${endOf(child)}`);
    }
  }

  async #keepAlive(part: Part, first: Child): Promise<void> {
    let child = first;
    for (let deaths = 0; ; deaths += 1) {
      const since = Date.now();
      const how = await child.ended;
      if (this.#stop.signal.aborted) return;
      if (Date.now() - since > settledMs) deaths = 0;
      const again = await this.#again(part, how, deaths);
      if (!again) return;
      child = again;
    }
  }

  async #again(part: Part, how: Ended, deaths: number): Promise<Child | undefined> {
    for (let failures = deaths; ; failures += 1) {
      const delayMs = Math.min(firstBackOffMs * 2 ** failures, longestBackOffMs);
      this.#o.say(`${part.title} died (${describe(how)}); it is started again in ${delayMs / 1000} s.`);
      await sleep(delayMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) return undefined;
      try {
        const child = await this.#launch(part);
        await this.#serving(part, child);
        this.#o.say(`${part.title} serves again (pid ${child.pid}).`);
        return child;
      } catch (cause) {
        if (this.#stop.signal.aborted) return undefined;
        this.#o.say((cause as Error).message);
        await this.#running.get(part.name)?.stop(stopBeforeAgainMs);
      }
    }
  }
}

const describe = ({ code, signal }: Ended) => signal ?? `exit ${code}`;
const endOf = ({ logFile }: Child) => `The end of ${logFile}:\n${lastLines(logFile)}`;
