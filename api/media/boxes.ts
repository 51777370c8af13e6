import type { FileHandle } from 'node:fs/promises';

const SHORT_HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** Hours of video have an index of some megabytes. What claims more is made to exhaust whoever reads it. */
const INDEX_MAX_BYTES = 64 * 1024 * 1024;
const BOXES_MAX = 100_000;

export interface Boxes {
  /** They end where the file ends, and there are an index and pictures among them. */
  whole: boolean;
  /** The index lies before the pictures. */
  moovFirst: boolean;
}

/**
 * Walks over the outermost boxes of an MP4 or MOV, of which only the headers are read.
 * (ISO/IEC 14496-12, 4.2: size and type in 4 bytes each; size 1: 8 more bytes have it; size 0: to the end of the file.)
 */
export async function walkBoxes(file: FileHandle, fileBytes: number): Promise<Boxes> {
  const seen: string[] = [];
  let at = 0;
  while (at < fileBytes && seen.length < BOXES_MAX) {
    const box = await readBox(file, at, fileBytes);
    if (!box || (box.type === 'moov' && box.bytes > INDEX_MAX_BYTES)) break;
    seen.push(box.type);
    at += box.bytes;
  }
  const [moov, mdat] = [seen.indexOf('moov'), seen.indexOf('mdat')];
  return { whole: at === fileBytes && moov >= 0 && mdat >= 0, moovFirst: moov < mdat };
}

/** @returns undefined for what is no box, or one that goes on beyond the end of the file */
async function readBox(file: FileHandle, at: number, fileBytes: number) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(LONG_HEADER_BYTES), 0, LONG_HEADER_BYTES, at);
  if (bytesRead < SHORT_HEADER_BYTES) return undefined;
  const short = buffer.readUInt32BE(0);
  if (short === 1 && bytesRead < LONG_HEADER_BYTES) return undefined;
  const bytes = short === 0 ? fileBytes - at : short === 1 ? Number(buffer.readBigUInt64BE(8)) : short;
  const smallest = short === 1 ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
  if (bytes < smallest || at + bytes > fileBytes) return undefined;
  return { type: buffer.toString('latin1', 4, 8), bytes };
}
