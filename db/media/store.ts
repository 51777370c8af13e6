import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Both ends included, as in an HTTP Range. */
export interface ByteRange {
  start: number;
  end?: number;
}

/** Where the bytes of media are: named by tenant and content, so that storing the same again changes nothing. */
export interface MediaStore {
  /**
   * Durable when it returns.
   * @throws MediaMismatch when the bytes are not those that the key names; nothing is kept then
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws MediaNotFound */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * For multipart uploads: the bytes are read when they are sent.
   * @throws MediaNotFound
   */
  openBlob(key: string, contentType?: string): Promise<Blob>;
  /** Also when there is nothing. */
  delete(key: string): Promise<void>;
}

export class MediaNotFound extends Error {
  constructor() {
    super('There are no bytes of this media');
    this.name = 'MediaNotFound';
  }
}

export class MediaMismatch extends Error {
  constructor() {
    super('The bytes are not those that the name says');
    this.name = 'MediaMismatch';
  }
}

const keyShape = /^[0-9a-f-]{36}\/[0-9a-f]{64}$/;

export const mediaKey = (tenant: string, sha256: Buffer): string => `${tenant}/${sha256.toString('hex')}`;

/** Media as files of one folder, which API and workers share. */
export class FileMediaStore implements MediaStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(key);
    await mkdir(dirname(path), { recursive: true });
    // A name of its own: a crash, or the same media coming twice at once, never shows anybody half a file.
    const unfinished = `${path}.${randomUUID()}.part`;
    try {
      if ((await writeDown(unfinished, bytes)) !== key.split('/')[1]) throw new MediaMismatch();
      await rename(unfinished, path);
    } catch (cause) {
      await rm(unfinished, { force: true });
      throw cause;
    }
    await makeDurable(dirname(path));
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

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  #path(key: string): string {
    if (!keyShape.test(key)) throw new MediaNotFound();
    return join(this.#folder, key);
  }
}

/** @returns the SHA-256 of what was written, in hex */
async function writeDown(path: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** A rename is on the disk when its folder is. */
async function makeDurable(folder: string): Promise<void> {
  // Windows opens no folders, and writes its directory entries through.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function missing(cause: { code?: string }): never {
  throw cause.code === 'ENOENT' ? new MediaNotFound() : cause;
}
