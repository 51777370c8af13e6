import type { FileHandle } from 'node:fs/promises';

const HEAD_BYTES = 16;

export type KindOfFile = 'jpeg' | 'png' | 'gif' | 'webp' | 'video' | 'heif' | 'other';

/** What Apple's cameras write photos as, and what it became elsewhere: in the same boxes as a video. */
const heif = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'mif2', 'msf1', 'avif', 'avis']);
/** A QuickTime file of old begins without saying what it is. */
const quickTime = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** By its first bytes, whatever its name and the client say. */
export async function kindOfFile(file: FileHandle): Promise<KindOfFile> {
  const { buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const text = buffer.toString('latin1');
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (/^RIFF.{4}WEBP/s.test(text)) return 'webp';
  const [box, brand] = [text.slice(4, 8), text.slice(8, 12)];
  if (box === 'ftyp') return heif.has(brand) ? 'heif' : 'video';
  return quickTime.has(box) ? 'video' : 'other';
}
