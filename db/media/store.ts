import type { Readable } from 'node:stream';

/** No upload takes as long as that. */
const BROKEN_OFF_AFTER_MS = 24 * 3_600_000;

/** What was begun before this and never ended, does not end any more. */
export const brokenOffBefore = () => new Date(Date.now() - BROKEN_OFF_AFTER_MS);

/** Both ends included, as in an HTTP Range. */
export interface ByteRange {
  start: number;
  end?: number;
}

/** Where the bytes of media are: named by tenant and content, so that storing the same again changes nothing. */
export interface MediaStore {
  /** Takes in what is not known yet, part after part, to a file of its own; nothing is left of bytes that break off. */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<Incoming>;
  /**
   * Durable when it returns.
   * @throws MediaMismatch when the bytes are not those that the key names; nothing is kept then
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws MediaNotFound */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * For the parts of a form, so for images: they may be held in memory while they are sent.
   * @throws MediaNotFound
   */
  openBlob(key: string, contentType?: string): Promise<Blob>;
  /**
   * Also when there is nothing. Tried once, so that nothing of it is under way when this returns.
   * @param signal calls it off: it is not begun any more, and not waited for; a server may still do what it has heard of already
   */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /** Deletes what was begun before that time and never ended: its process is gone. Also half received files, of this machine alone. */
  sweep(before: Date): Promise<void>;
  /** Only the half received files. Whoever receives any does this: with a bucket nobody else sees its disk. */
  sweepIncoming(before: Date): Promise<void>;
  close(): void;
}

/** A file that has come in whole, and is not kept yet. */
export interface Incoming {
  path: string;
  sha256: Buffer;
  bytes: number;
  /** Puts it into the store as `mediaKey(tenant, sha256)`; durable when it returns. */
  keep(tenant: string): Promise<void>;
  /** When it is done with, kept or not. */
  discard(): Promise<void>;
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

/** @throws MediaNotFound for what cannot be a key of ours, and could point out of the store */
export function checkedKey(key: string): string {
  if (!keyShape.test(key)) throw new MediaNotFound();
  return key;
}

export const sha256Of = (key: string): string => checkedKey(key).slice(-64);
