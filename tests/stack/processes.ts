import { existsSync, readFileSync } from 'node:fs';
import { type Child, type Command, startChild } from '../../deploy/local/child.ts';
import type { Watchdog } from '../../deploy/local/watchdog.ts';

export interface Startable {
  command: Command;
  /** Resolves when it serves; looks at `gaveUp` to stop waiting in vain. */
  ready: (gaveUp: () => boolean) => Promise<void>;
}

const stopWithinMs = 8_000;

/** Processes that a test kills and starts again by name; nothing restarts by itself. */
export class Processes<Name extends string> {
  readonly #watchdog: Watchdog;
  readonly #startable: Partial<Record<Name, Startable>>;
  readonly #running = new Map<Name, Child>();

  constructor(watchdog: Watchdog, startable: Partial<Record<Name, Startable>>) {
    this.#watchdog = watchdog;
    this.#startable = startable;
  }

  /** Resolves when it serves. */
  async start(name: Name): Promise<void> {
    const what = this.#known(name);
    const child = await startChild(what.command, this.#watchdog);
    this.#running.set(name, child);
    let ended = false;
    void child.ended.then(() => {
      ended = true;
    });
    try {
      await what.ready(() => ended);
    } catch (cause) {
      throw new Error(`${name} does not serve. Its log:\n${this.log(name).slice(-4_000)}`, { cause });
    }
  }

  /** Resolves when it is gone: at once with SIGKILL, at its leisure with the signals that ask. */
  async kill(name: Name, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#running.get(name);
    if (!child) throw new Error(`${name} does not run.`);
    this.#running.delete(name);
    child.kill(signal);
    await child.ended;
  }

  async restart(name: Name, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.kill(name, signal);
    await this.start(name);
  }

  pid(name: Name): number | undefined {
    return this.#running.get(name)?.pid;
  }

  /** Everything it has logged so far; nothing where it was never started. */
  log(name: Name): string {
    const { logFile } = this.#known(name).command;
    return existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  }

  /** @param last those that others need to end well */
  async stopAll(last: Name[]): Promise<void> {
    const stop = (names: Name[]) => Promise.all(names.map((name) => this.#running.get(name)?.stop(stopWithinMs)));
    await stop([...this.#running.keys()].filter((name) => !last.includes(name)));
    await stop(last);
    this.#running.clear();
  }

  #known(name: Name): Startable {
    const what = this.#startable[name];
    if (!what) throw new Error(`This stack has no ${name} of its own.`);
    return what;
  }
}
