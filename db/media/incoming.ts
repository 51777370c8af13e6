import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is written down so far, and its hash. */
export interface WrittenDown {
  path: string;
  sha256: Buffer;
  bytes: number;
}

/** The folder of files that are on their way into a store: each under a name of its own, so that nobody ever sees half a file. */
export class IncomingFolder {
  readonly path: string;

  constructor(mediaDir: string) {
    this.path = join(mediaDir, '.incoming');
  }

  async write(bytes: AsyncIterable<Uint8Array>): Promise<WrittenDown> {
    await mkdir(this.path, { recursive: true });
    const path = join(this.path, randomUUID());
    try {
      return { path, ...(await writeDown(path, bytes)) };
    } catch (cause) {
      await rm(path, { force: true });
      throw cause;
    }
  }

  async sweep(before: Date): Promise<void> {
    for (const name of await readdir(this.path).catch(nothingYet)) {
      const path = join(this.path, name);
      const found = await stat(path).catch(gone);
      if (found && found.mtime < before) await rm(path, { force: true });
    }
  }
}

async function writeDown(path: string, parts: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const part of parts) {
      bytes += part.length;
      hash.update(part);
      await file.writeFile(part);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest(), bytes };
}

function nothingYet(cause: NodeJS.ErrnoException): string[] {
  if (cause.code !== 'ENOENT') throw cause;
  return [];
}

function gone(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT') throw cause;
}
