import type { FileHandle } from 'node:fs/promises';

/** What the boxes of an MP4 or QuickTime file say about it (ISO/IEC 14496-12). */
export interface VideoFacts {
  type: 'video/mp4' | 'video/quicktime';
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  frame_rate: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  /** The index stands before the samples, so that the video can be played while it arrives. */
  moov_first: number;
}

const LARGEST_MOOV_BYTES = 64_000_000;
const MOST_TOP_BOXES = 1_000;
const HEADER_BYTES = 16;

/** Nothing when it is no such file. */
export async function readMp4(file: FileHandle, size: number): Promise<VideoFacts | undefined> {
  let [brand, moov, sawSamples, moovFirst] = ['', undefined as Buffer | undefined, false, 0];
  for (let [at, count] = [0, 0]; at + 8 <= size && count < MOST_TOP_BOXES; count++) {
    const head = await readAt(file, at, HEADER_BYTES);
    const box = headerOf(head, 0, size - at);
    if (!box) return undefined;
    if (at === 0 && box.type !== 'ftyp') return undefined;
    if (box.type === 'ftyp') brand = head.toString('latin1', 8, 12);
    if (box.type === 'mdat') sawSamples = true;
    if (box.type === 'moov') {
      if (box.size > LARGEST_MOOV_BYTES) return undefined;
      moov = (await readAt(file, at, box.size)).subarray(box.header);
      moovFirst = sawSamples ? 0 : 1;
    }
    at += box.size;
  }
  if (!moov) return undefined;
  return { type: brand === 'qt  ' ? 'video/quicktime' : 'video/mp4', ...describe(moov), moov_first: moovFirst };
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

interface Header {
  type: string;
  size: number;
  header: number;
}

/** Size 0 is "to the end", 1 is "in the next eight bytes". */
function headerOf(bytes: Buffer, at: number, left: number): Header | undefined {
  if (bytes.length < at + 8) return undefined;
  const type = bytes.toString('latin1', at + 4, at + 8);
  const short = bytes.readUInt32BE(at);
  if (short === 1 && bytes.length < at + 16) return undefined;
  const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? left : short;
  const header = short === 1 ? 16 : 8;
  return size < header || size > left ? undefined : { type, size, header };
}

function* boxes(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  for (let at = 0; at < bytes.length; ) {
    const box = headerOf(bytes, at, bytes.length - at);
    if (!box) return;
    yield { type: box.type, body: bytes.subarray(at + box.header, at + box.size) };
    at += box.size;
  }
}

function inside(bytes: Buffer, ...path: string[]): Buffer | undefined {
  let body: Buffer | undefined = bytes;
  for (const type of path) body = body && [...boxes(body)].find((box) => box.type === type)?.body;
  return body;
}

function describe(moov: Buffer): Omit<VideoFacts, 'type' | 'moov_first'> {
  const tracks = [...boxes(moov)].filter(({ type }) => type === 'trak').map(({ body }) => body);
  const ofKind = (kind: string) =>
    tracks.find((track) => inside(track, 'mdia', 'hdlr')?.toString('latin1', 8, 12) === kind);
  const [video, audio] = [ofKind('vide'), ofKind('soun')];
  const seconds = lengthIn(inside(moov, 'mvhd')) ?? (video && lengthIn(inside(video, 'mdia', 'mdhd')));
  return {
    ...pixels(video && inside(video, 'tkhd')),
    duration_ms: seconds === undefined ? null : Math.round(seconds * 1_000),
    frame_rate: (video && frameRate(video)) ?? null,
    video_codec: codec(video) ?? null,
    audio_codec: codec(audio) ?? null,
  };
}

/** `mvhd` and `mdhd` begin alike: version, two times, time scale, duration. */
function lengthIn(header: Buffer | undefined): number | undefined {
  const long = header?.[0] === 1;
  if (!header || header.length < (long ? 32 : 20)) return undefined;
  const scale = header.readUInt32BE(long ? 20 : 12);
  const duration = long ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return scale > 0 ? duration / scale : undefined;
}

/** As they are shown: a phone writes an upright video lying down, with a matrix that turns it. */
function pixels(header: Buffer | undefined): { width: number | null; height: number | null } {
  const at = header?.[0] === 1 ? 52 : 40;
  if (!header || header.length < at + 44) return { width: null, height: null };
  const [width, height] = [header.readUInt32BE(at + 36) >>> 16, header.readUInt32BE(at + 40) >>> 16];
  const turned = header.readInt32BE(at) === 0 && header.readInt32BE(at + 4) !== 0;
  return turned ? { width: height, height: width } : { width, height };
}

const codec = (track: Buffer | undefined) =>
  track && inside(track, 'mdia', 'minf', 'stbl', 'stsd')?.toString('latin1', 12, 16);

function frameRate(track: Buffer): number | undefined {
  const seconds = lengthIn(inside(track, 'mdia', 'mdhd'));
  const times = inside(track, 'mdia', 'minf', 'stbl', 'stts');
  if (!times || times.length < 8 || !seconds) return undefined;
  const entries = Math.min(times.readUInt32BE(4), Math.floor((times.length - 8) / 8));
  let frames = 0;
  for (let entry = 0; entry < entries; entry++) frames += times.readUInt32BE(8 + entry * 8);
  return frames / seconds || undefined;
}
