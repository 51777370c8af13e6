import { crc32, deflateSync } from 'node:zlib';

/** A PNG of a sunrise in colours drawn from `seed`, so that each demo's photo can be told from the last one's. */
export function picture(seed: number, width = 640, height = 400): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => row(y / height, seed, width));
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  // 8 bits a channel, true colour.
  size.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([signature, chunk('IHDR', size), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function row(depth: number, seed: number, width: number): Buffer {
  const bytes = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x++) {
    const glow = Math.max(0, 1 - Math.hypot(x / width - 0.5, depth - 0.7) * 2);
    bytes[1 + x * 3] = 60 + 190 * glow;
    bytes[2 + x * 3] = 40 + ((seed * 37) % 60) + 110 * glow * depth;
    bytes[3 + x * 3] = 120 + ((seed * 53) % 80) * (1 - depth);
  }
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
