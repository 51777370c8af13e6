import { readFileSync } from 'node:fs';

const box = (type: string, ...bytes: Uint8Array[]) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + bytes.reduce((sum, { length }) => sum + length, 0), 0);
  head.write(type, 4);
  return Buffer.concat([head, ...bytes]);
};

const read = (name: string) => readFileSync(new URL(`films/${name}.mp4`, import.meta.url));
const films = { upright: read('upright'), wide: read('wide') };

/** A film that both platforms take, different from every other: `upright` may be a reel, `wide` may not. */
export const film = (shape: keyof typeof films, minBytes = 0): Uint8Array =>
  Buffer.concat([films[shape], box('free', Buffer.from(crypto.randomUUID()), Buffer.alloc(minBytes))]);
