import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { IncomingFolder } from './incoming.ts';
import {
  type ByteRange,
  checkedKey,
  type Incoming,
  MediaMismatch,
  MediaNotFound,
  type MediaStore,
  mediaKey,
  sha256Of,
} from './store.ts';

/** Media as files of one folder, which API and workers share. */
export class FileMediaStore implements MediaStore {
  readonly #folder: string;
  readonly #incoming: IncomingFolder;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = new IncomingFolder(folder);
  }

  async receive(bytes: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const written = await this.#incoming.write(bytes);
    return {
      ...written,
      keep: (tenant) => this.#moveIn(written.path, mediaKey(tenant, written.sha256)),
      discard: () => rm(written.path, { force: true }),
    };
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const named = sha256Of(key);
    const written = await this.#incoming.write(bytes);
    try {
      if (written.sha256.toString('hex') !== named) throw new MediaMismatch();
      await this.#moveIn(written.path, key);
    } finally {
      await rm(written.path, { force: true });
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.#path(key)).catch(missing);
    return createReadStream('', { fd: file, ...range });
  }

  async openBlob(key: string, contentType?: string): Promise<Blob> {
    const path = this.#path(key);
    // `openAsBlob` has one error for everything.
    await stat(path).catch(missing);
    return openAsBlob(path, contentType === undefined ? {} : { type: contentType });
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await rm(this.#path(key), { force: true });
  }

  async sweep(before: Date): Promise<void> {
    await this.sweepIncoming(before);
  }

  async sweepIncoming(before: Date): Promise<void> {
    await this.#incoming.sweep(before);
  }

  close(): void {}

  async #moveIn(from: string, key: string): Promise<void> {
    const path = this.#path(key);
    const made = await mkdir(dirname(path), { recursive: true });
    await rename(from, path);
    await makeDurable(dirname(path));
    if (made) await makeDurable(this.#folder);
  }

  #path(key: string): string {
    return join(this.#folder, checkedKey(key));
  }
}

/** A new name is safe from power failure only once its folder was written out. */
async function makeDurable(folder: string): Promise<void> {
  // Windows opens no folders, and writes its directory entries through.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function missing(cause: { code?: string }): never {
  throw cause.code === 'ENOENT' ? new MediaNotFound() : cause;
}
