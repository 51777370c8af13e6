import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import { GraphError } from '../errors.ts';
import type { Call } from './call.ts';

/** Bytes that are an image Meta takes, on disk. */
export interface Picture {
  path: string;
  type: string;
  width: number;
  height: number;
  bytes: number;
  sha256: string;
}

const BYTES_PER_MB = 1_000_000;
const FETCH_TIMEOUT_MS = 10_000;
const accepted = new Map([
  ['jpg', 'image/jpeg'],
  ['png', 'image/png'],
  ['gif', 'image/gif'],
  ['bmp', 'image/bmp'],
  ['tiff', 'image/tiff'],
]);

/** The picture of this call, uploaded as `source` or fetched from `url`; refused when it is none, of another type or too large. */
export async function openPicture(call: Call): Promise<Picture> {
  const upload = call.uploads.find(({ field }) => field === 'source') ?? call.uploads[0];
  const url = call.params.text('url');
  if (!upload && !url) throw new GraphError(324, '(#324) Requires upload file');
  const path = upload?.path ?? (await fetched(call, url as string));
  try {
    return await examined(path, call.switches.photoLimitMb * BYTES_PER_MB);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function examined(path: string, limitBytes: number): Promise<Picture> {
  const content = await readFile(path);
  const { type, width, height } = measured(content);
  if (content.length > limitBytes) throw unreadable(limitBytes);
  return {
    path,
    type,
    width,
    height,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

function measured(content: Buffer): { type: string; width: number; height: number } {
  const { type, width, height } = sizeOf(content);
  const mime = accepted.get(type ?? '');
  if (!mime) throw invalid();
  return { type: mime, width, height };
}

function sizeOf(content: Buffer): ReturnType<typeof imageSize> {
  try {
    return imageSize(content);
  } catch {
    throw invalid();
  }
}

/** Fetches as Meta's crawler does, no more than could be accepted. */
async function fetched({ world, switches }: Call, url: string): Promise<string> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw unfetchable();
  const limit = switches.photoLimitMb * BYTES_PER_MB;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    const headers = { 'user-agent': 'facebookexternalhit/1.1' };
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (!answer.ok || !answer.body) throw unfetchable();
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) break;
    }
  } catch {
    throw unfetchable();
  }
  const path = join(world.photoDirectory, `${randomUUID()}.part`);
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

const invalid = () => new GraphError(324, '(#324) Missing or invalid image file', { subcode: 2_069_019 });
const unfetchable = () => new GraphError(389, '(#389) Unable to fetch file from URL.');
const unreadable = (limitBytes: number) =>
  new GraphError(100, 'Invalid parameter', {
    subcode: 1_366_046,
    userTitle: "Can't Read Files",
    userMessage: `Your photos couldn't be uploaded. Photos should be less than ${limitBytes / BYTES_PER_MB} MB and saved as JPG, PNG, GIF or TIFF files.`,
  });
