import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
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

/** A file of 80 GB still has fewer than the 10,000 parts that S3 allows. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
const CONNECT_WITHIN_MS = 5_000;
const SILENT_AT_MOST_MS = 60_000;

export interface S3Place {
  bucket: string;
  region: string;
  /** Another than Amazon's. */
  endpoint?: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  forcePathStyle: boolean;
  /** Absent: as the environment gives them, a role of the machine say. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Media as objects of one bucket; a folder of this machine holds what is on its way there. */
export class S3MediaStore implements MediaStore {
  readonly #bucket: string;
  readonly #client: S3Client;
  /** For what may not be done a second time, later than it was asked for. */
  readonly #once: S3Client;
  readonly #incoming: IncomingFolder;

  constructor({ bucket, endpoint, credentials, ...place }: S3Place, folder: string) {
    this.#bucket = bucket;
    this.#incoming = new IncomingFolder(folder);
    const config = {
      ...place,
      ...(endpoint && { endpoint }),
      ...(credentials && { credentials }),
      requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, socketTimeout: SILENT_AT_MOST_MS },
      // What is stored is checked by its own hash. Not every server of this protocol knows Amazon's checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    } satisfies S3ClientConfig;
    this.#client = new S3Client(config);
    this.#once = new S3Client({ ...config, maxAttempts: 1 });
  }

  async receive(bytes: AsyncIterable<Uint8Array>): Promise<Incoming> {
    const { path, ...written } = await this.#incoming.write(bytes);
    return {
      path,
      ...written,
      keep: async (tenant) => {
        const key = mediaKey(tenant, written.sha256);
        if ((await this.#bytesOf(key)) !== written.bytes) await this.put(key, createReadStream(path));
      },
      discard: () => rm(path, { force: true }),
    };
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const body = Readable.from(onlyIf(sha256Of(key), bytes), { objectMode: false });
    const upload = new Upload({
      client: this.#client,
      params: { ...this.#at(key), Body: body },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    });
    await upload.done();
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
    const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range })).catch(missing);
    return Body as Readable;
  }

  async openBlob(key: string, contentType?: string): Promise<Blob> {
    const bytes = await buffer(await this.read(key));
    return new Blob([bytes], contentType === undefined ? {} : { type: contentType });
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#once.send(new DeleteObjectCommand(this.#at(key)), signal && { abortSignal: signal });
  }

  async sweep(before: Date): Promise<void> {
    await this.sweepIncoming(before);
    const bucket = { Bucket: this.#bucket };
    // The first thousand: the next sweep finds others.
    const { Uploads = [] } = await this.#client.send(new ListMultipartUploadsCommand(bucket));
    for (const { Key, UploadId, Initiated } of Uploads)
      if (Initiated && Initiated < before)
        await this.#client.send(new AbortMultipartUploadCommand({ ...bucket, Key, UploadId }));
  }

  async sweepIncoming(before: Date): Promise<void> {
    await this.#incoming.sweep(before);
  }

  close(): void {
    this.#client.destroy();
    this.#once.destroy();
  }

  async #bytesOf(key: string): Promise<number | undefined> {
    try {
      return (await this.#client.send(new HeadObjectCommand(this.#at(key)))).ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: checkedKey(key) };
  }
}

/** The same bytes, which end in an error unless they are those of that hash: then the upload is given up instead of completed. */
async function* onlyIf(sha256: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const part of bytes) {
    hash.update(part);
    yield part;
  }
  if (hash.digest('hex') !== sha256) throw new MediaMismatch();
}

const isMissing = (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

function missing(error: unknown): never {
  throw isMissing(error) ? new MediaNotFound() : error;
}
