import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('watchdog.sh', import.meta.url));

/**
 * Ends the process groups that this process started if this process is killed with -9: see watchdog.sh.
 * Not on Windows, which has neither process groups nor a shell.
 */
export class Watchdog {
  readonly #shell: ChildProcess | undefined;

  /** @param what it guards, so that whoever lists processes can tell */
  constructor(what: string) {
    if (process.platform === 'win32') return;
    this.#shell = spawn('sh', [script, what], {
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { PATH: process.env.PATH ?? '' },
      detached: true,
    });
    this.#shell.unref();
    (this.#shell.stdin as Socket).unref();
    // If somebody ends the watchdog, the stack goes on without it.
    this.#shell.stdin?.on('error', () => undefined);
  }

  get pid(): number | undefined {
    return this.#shell?.pid;
  }

  watch(group: number, signal: NodeJS.Signals): void {
    this.#tell(`watch ${group} ${signal.replace('SIG', '')}`);
  }

  forget(group: number): void {
    this.#tell(`forget ${group}`);
  }

  /** A temporary folder (without blanks in its name) that goes when the rest has gone. */
  remove(path: string): void {
    this.#tell(`remove ${path}`);
  }

  /** The watchdog ends what is still watched, removes, and goes. */
  close(): Promise<void> {
    const shell = this.#shell;
    if (!shell || shell.exitCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      shell.ref();
      shell.once('exit', () => resolve());
      shell.stdin?.end();
    });
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}
