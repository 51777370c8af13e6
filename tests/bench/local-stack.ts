import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ready } from '../../deploy/local/terminal.ts';
import { launch, ownStack } from '../stack/launch.ts';

/** Runs `work` with `npm start` on free ports and the given data, and stops it whatever happens. */
export async function withLocalStack<T>(env: Record<string, string>, work: (ready: Ready) => Promise<T>): Promise<T> {
  const launched = launch(env);
  const interrupted = () => void launched.process.kill('SIGTERM');
  process.once('SIGINT', interrupted);
  try {
    return await work(await launched.ready);
  } finally {
    process.off('SIGINT', interrupted);
    launched.process.kill('SIGTERM');
    await launched.exit;
  }
}

/** Gives `work` the variables of a stack with data of its own, and removes these afterwards. */
export async function withOwnData<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-bench-'));
  // PostgreSQL's user must get through.
  chmodSync(folder, 0o755);
  try {
    return await work(await ownStack(join(folder, 'data')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
