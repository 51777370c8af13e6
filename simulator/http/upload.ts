import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { badParameter } from '../errors.ts';
import type { Params } from './params.ts';

/** A file that came with a call, on disk under a name of its own. */
export interface Upload {
  field: string;
  path: string;
  bytes: number;
  /** It was longer than anything accepted; the rest was thrown away. */
  truncated: boolean;
}

/** More than any photo Meta takes; what is above it is read and forgotten, so that the caller gets an answer and not a reset. */
const LARGEST_FILE_BYTES = 12_000_000;
const LARGEST_FIELD_BYTES = 1_000_000;
const MOST_PARTS = 200;

/** Reads a multipart body: fields into `params`, files to disk as they arrive. */
export async function readMultipart(request: IncomingMessage, params: Params, directory: string): Promise<Upload[]> {
  const streams: BusboyFileStream[] = [];
  const uploads: Promise<Upload>[] = [];
  try {
    const form = new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fileSize: LARGEST_FILE_BYTES, fieldSize: LARGEST_FIELD_BYTES, parts: MOST_PARTS, fieldNameSize: 200 },
    });
    form.on('field', (name, value) => params.set(name, value));
    form.on('file', (field, stream) => {
      streams.push(stream);
      uploads.push(store(field, stream, directory));
    });
    await pipeline(request, form);
    return await Promise.all(uploads);
  } catch {
    for (const stream of streams) stream.destroy();
    await discard(await stored(uploads));
    throw badParameter('Invalid multipart body');
  }
}

export async function discard(uploads: readonly Upload[]): Promise<void> {
  for (const { path } of uploads) await rm(path, { force: true });
}

async function store(field: string, stream: BusboyFileStream, directory: string): Promise<Upload> {
  const path = join(directory, `${randomUUID()}.part`);
  try {
    await pipeline(stream, createWriteStream(path));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { field, path, bytes: stream.bytesRead, truncated: stream.truncated };
}

async function stored(uploads: readonly Promise<Upload>[]): Promise<Upload[]> {
  const settled = await Promise.allSettled(uploads);
  return settled.flatMap((upload) => (upload.status === 'fulfilled' ? [upload.value] : []));
}
