import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first program of this name on the PATH. */
export function onPath(name: string, path: string | undefined = process.env.PATH): string | undefined {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  return (path ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type Ran = { ok: true } | { ok: false; why: string };

/** Runs a program to its end, tells each line it says, and says why where it fails. It ends with this process. */
export function run(
  program: string,
  args: string[],
  o: {
    user?: { uid: number; gid: number };
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    withinMs?: number;
    line?: (line: string) => void;
  } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...o.user,
      ...(o.cwd && { cwd: o.cwd }),
      ...(o.env && { env: o.env }),
      ...(o.withinMs && { timeout: o.withinMs, killSignal: 'SIGKILL' as const }),
    });
    const endToo = () => void child.kill();
    process.once('exit', endToo);
    let last = '';
    const hear = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        last = line;
        o.line?.(line);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (cause) => resolve({ ok: false, why: cause.message }));
    child.once('close', (code, signal) => {
      process.off('exit', endToo);
      if (code === 0) resolve({ ok: true });
      else
        resolve({ ok: false, why: signal ? `took longer than ${(o.withinMs ?? 0) / 1000} s` : last || `exit ${code}` });
    });
  });
}
