import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ran, run } from './programs.ts';

const withinMs = 30_000;

export type Downloadable = 'dev-server' | 'time-skipping';

/**
 * The SDK fetches its servers only by starting one: a process of its own does that, since the attempt cannot be broken off otherwise.
 * @param to where the program is put
 */
export async function sdkDownload(what: Downloadable, to: string): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'quixess-download-'));
  try {
    const script = fileURLToPath(new URL('sdk-download-run.ts', import.meta.url));
    const ran = await run(process.execPath, [script, what, folder], { withinMs });
    const file = readdirSync(folder).find((name) => name.startsWith('temporal') && !name.endsWith('.downloading'));
    if (!file) return ran.ok ? { ok: false, why: 'nothing was downloaded' } : ran;
    cpSync(join(folder, file), to);
    return { ok: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
