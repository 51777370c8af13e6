import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Gives a fresh folder at each call; all of them go when the file's tests are over. Called at the top of a test file. */
export function freshFolders(): () => string {
  const all = mkdtempSync(join(tmpdir(), 'quixess-files-'));
  // PostgreSQL's user must get through.
  chmodSync(all, 0o755);
  afterAll(() => rmSync(all, { recursive: true, force: true }));
  return () => {
    const folder = mkdtempSync(join(all, 'folder-'));
    chmodSync(folder, 0o755);
    return folder;
  };
}
