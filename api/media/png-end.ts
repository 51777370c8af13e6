import type { FileHandle } from 'node:fs/promises';

const SIGNATURE_BYTES = 8;
/** Length and type before the data of a chunk; a checksum after them. */
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** An image has some thousands. What has more is made to keep whoever reads it busy. */
const CHUNKS_MAX = 50_000;

/** Whether a PNG has its last chunk, whole: decoders stop before it, once they have all pixels. */
export async function hasPngEnd(file: FileHandle, fileBytes: number): Promise<boolean> {
  let at = SIGNATURE_BYTES;
  for (let chunks = 0; chunks < CHUNKS_MAX && at + HEADER_BYTES + CHECKSUM_BYTES <= fileBytes; chunks += 1) {
    const { buffer } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, at);
    if (buffer.toString('latin1', 4) === 'IEND') return true;
    at += HEADER_BYTES + buffer.readUInt32BE(0) + CHECKSUM_BYTES;
  }
  return false;
}
