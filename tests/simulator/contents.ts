import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

type Bytes = Uint8Array<ArrayBuffer>;

/** A JPEG as far as its header goes: of that size, and different from others by its `mark`. */
export function jpeg({ width = 1080, height = 1080, bytes = 0, mark = '' } = {}): Bytes {
  const size = Buffer.from([0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  const app0 = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8]), app0, size, Buffer.from(mark), Buffer.from([0xff, 0xd9])]);
  return new Uint8Array(Buffer.concat([picture, Buffer.alloc(Math.max(0, bytes - picture.length))]));
}

interface Film {
  width?: number;
  height?: number;
  seconds?: number;
  framesPerSecond?: number;
  codec?: string;
  bytes?: number;
  /** The index after the samples, as a camera writes it. */
  moovLast?: boolean;
  /** Written lying down, with a matrix that turns it. */
  turned?: boolean;
  mark?: string;
}

/** An MP4 as far as its boxes go; its samples are noise. */
export function mp4(film: Film = {}): Bytes {
  const { seconds = 5, bytes = 5_000, codec = 'avc1', moovLast = false, mark = '' } = film;
  const ftyp = box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2avc1mp41'));
  const moov = box('moov', box('mvhd', header(1_000, seconds * 1_000)), videoTrack(film, codec));
  const rest = Math.max(0, bytes - ftyp.length - moov.length - 8 - mark.length);
  const mdat = box('mdat', Buffer.from(mark), Buffer.alloc(rest, 7));
  return new Uint8Array(Buffer.concat(moovLast ? [ftyp, mdat, moov] : [ftyp, moov, mdat]));
}

function videoTrack(
  { width = 720, height = 1_280, seconds = 5, framesPerSecond = 30, turned = false }: Film,
  codec: string,
) {
  const scale = 90_000;
  const tkhd = Buffer.alloc(84);
  if (turned) tkhd.writeInt32BE(0x10000, 44);
  else tkhd.writeInt32BE(0x10000, 40);
  tkhd.writeUInt32BE((turned ? height : width) << 16, 76);
  tkhd.writeUInt32BE((turned ? width : height) << 16, 80);
  const hdlr = Buffer.concat([Buffer.alloc(8), Buffer.from('vide'), Buffer.alloc(13)]);
  const stsd = Buffer.concat([numbers(0, 1, 86), Buffer.from(codec), Buffer.alloc(78)]);
  const stts = numbers(0, 1, Math.round(seconds * framesPerSecond), Math.round(scale / framesPerSecond));
  const stbl = box('stbl', box('stsd', stsd), box('stts', stts));
  const mdia = box('mdia', box('mdhd', header(scale, seconds * scale, 4)), box('hdlr', hdlr), box('minf', stbl));
  return box('trak', box('tkhd', tkhd), mdia);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([numbers(body.length + 8), Buffer.from(type), body]);
}

const header = (scale: number, duration: number, more = 80) =>
  Buffer.concat([numbers(0, 0, 0, scale, Math.round(duration)), Buffer.alloc(more)]);

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [place, value] of values.entries()) buffer.writeUInt32BE(value, place * 4);
  return buffer;
}

interface Served {
  bytes?: Bytes;
  type?: string;
  status?: number;
  location?: string;
  /** Answers only when this is done. */
  after?: Promise<unknown>;
  noRanges?: boolean;
}

/** A place from which Meta may fetch, with what it was asked. */
export async function mediaServer(contents: Record<string, Served>) {
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    asked.push({ path, headers: request.headers });
    const served = contents[path];
    if (!served) return response.writeHead(404).end();
    await served.after;
    const { bytes = new Uint8Array(), type = 'image/jpeg', status = 200, location } = served;
    if (location) return response.writeHead(status, { location }).end();
    const [, from, to] = (!served.noRanges && /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')) || [];
    if (from === undefined) return response.writeHead(status, { 'content-type': type }).end(bytes);
    const part = bytes.subarray(Number(from), Number(to) + 1);
    const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
    return response.writeHead(206, { 'content-type': type, 'content-range': range }).end(part);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    url: (path: string) => `${origin}/${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
