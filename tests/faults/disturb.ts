import { setTimeout as sleep } from 'node:timers/promises';
import { type Disturbance, nameOf, takenOverMs } from './disturbances.ts';
import type { Place } from './place.ts';

const own = ['worker', 'api'] as const;
const endOfLog = 2_000;
/** For so long whoever wakes and who took over are at it side by side. */
const sideBySideMs = 4_000;

/** Does to the processes what is planned, one thing at a time, and counts it. */
export class Disturber {
  readonly counts = new Map<string, number>();
  /** What the log of a process of ours said last when it ended though nobody had ended it. */
  readonly died: string[] = [];
  readonly #place: Place;
  #last: Promise<void> = Promise.resolve();

  constructor(place: Place) {
    this.#place = place;
  }

  /** How often a process was ended without being asked. */
  get kills(): number {
    return [...this.counts].reduce((sum, [name, count]) => sum + (/killed|SIGQUIT/.test(name) ? count : 0), 0);
  }

  /**
   * Resolves when everything runs again.
   * @param isStill whether the moment lasts that it was meant for, asked when its turn has come
   * @returns false where that was over, so that nothing was done
   */
  disturb(disturbance: Disturbance, isStill: () => boolean = () => true): Promise<boolean> {
    return this.#alone(async () => {
      if (!isStill()) return false;
      await this.#do(disturbance);
      return true;
    });
  }

  /** Starts again what has died by itself, as whoever runs it in earnest would. */
  revive(): Promise<void> {
    const { processes } = this.#place.stack;
    return this.#alone(async () => {
      for (const name of own) {
        if (isAlive(processes.pid(name))) continue;
        this.#noteDeath(name);
        await processes.restart(name);
      }
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #do(disturbance: Disturbance): Promise<void> {
    const name = nameOf(disturbance);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const { processes } = this.#place.stack;
    switch (disturbance.what) {
      case 'worker killed':
        return processes.restart('worker', 'SIGKILL');
      case 'worker stopped':
        return processes.restart('worker', 'SIGTERM');
      case 'api killed':
        return processes.restart('api', 'SIGKILL');
      case 'postgres restarted':
        return this.#place.postgres.restart('postgres', disturbance.signal);
      case 'worker frozen':
        return disturbance.forMs < takenOverMs ? this.#freeze(disturbance.forMs) : this.#outlive(disturbance.forMs);
      case 'temporal restarted':
      case 'temporal killed':
        await processes.kill('temporal', disturbance.what === 'temporal killed' ? 'SIGKILL' : 'SIGTERM');
        await sleep(disturbance.downMs);
        return processes.start('temporal');
    }
  }

  async #freeze(forMs: number, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const pid = this.#place.stack.processes.pid('worker');
    if (pid === undefined) throw new Error('There is no worker to freeze');
    process.kill(pid, 'SIGSTOP');
    await Promise.all([sleep(forMs), meanwhile()]).finally(() => process.kill(pid, 'SIGCONT'));
  }

  /** Another worker, which is there only then, goes on with what the frozen one has begun. */
  async #outlive(forMs: number): Promise<void> {
    const { processes } = this.#place.stack;
    await this.#freeze(forMs, () => processes.start('second-worker'));
    await sleep(sideBySideMs);
    if (!isAlive(processes.pid('second-worker'))) this.#noteDeath('second-worker');
    await processes.kill('second-worker', 'SIGTERM');
  }

  #noteDeath(name: (typeof own)[number] | 'second-worker'): void {
    this.died.push(`The ${name} died. The end of its log:\n${this.#place.stack.processes.log(name).slice(-endOfLog)}`);
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw cause;
  }
}
