import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediaKey } from '../../db/media/store.ts';
import { discard } from '../http/discard.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { Parts } from '../parts.ts';
import { type Image, recognise } from './recognise.ts';

/** A file that lies in the store, whole and of a known kind. */
export interface Received extends Image {
  sha256: Buffer;
  bytes: number;
}

type Reception = { ok: true; file: Received } | { ok: false; refusal: Refusal };

/**
 * Takes an uploaded file in as it streams: counted, hashed, recognised by its bytes, and then stored under its hash. Whatever is refused or
 * broken off leaves nothing behind.
 */
export async function receive(parts: Parts, tenant: string, request: IncomingMessage): Promise<Reception> {
  const unfit = unacceptable(request);
  if (unfit) {
    await discard(request);
    return { ok: false, refusal: unfit };
  }
  const path = join(tmpdir(), `quixess-upload-${randomUUID()}`);
  try {
    const written = await write(request, path, parts.settings.MEDIA_MAX_BYTES);
    if (!written) {
      await discard(request);
      return { ok: false, refusal: tooLarge(parts.settings.MEDIA_MAX_BYTES) };
    }
    const image = written.bytes ? await recognise(path) : undefined;
    if (!image) return { ok: false, refusal: notAnImage(written.bytes) };
    await parts.media.put(mediaKey(tenant, written.sha256), createReadStream(path));
    return { ok: true, file: { ...written, ...image } };
  } finally {
    await rm(path, { force: true });
  }
}

function unacceptable({ headers }: IncomingMessage): Refusal | undefined {
  if (headers['content-type']?.startsWith('multipart/'))
    return refuse('unsupported-media-type', 'Send the bytes of the file themselves as the body, not a form.');
  if (headers['content-encoding'] && headers['content-encoding'] !== 'identity')
    return refuse('unsupported-media-type', 'Send the file as it is, without a Content-Encoding.');
  return undefined;
}

/** @returns undefined as soon as there are more bytes than allowed */
async function write(request: IncomingMessage, path: string, maxBytes: number) {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest(), bytes };
}

const tooLarge = (maxBytes: number) =>
  refuse(
    'too-large',
    `A file may have ${maxBytes} bytes at most. Make it smaller, and upload it again; nothing was kept.`,
  );

const notAnImage = (bytes: number) =>
  refuse(
    'unsupported-media-type',
    bytes
      ? 'The bytes are not a JPEG, PNG, GIF or WebP image, whatever the name of the file says. Nothing was kept.'
      : 'The body is empty; send the bytes of the file.',
  );
