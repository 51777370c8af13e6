import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { recognise } from '../../api/media/recognise.ts';

const folder = mkdtempSync(join(tmpdir(), 'quixess-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function recognised(bytes: Uint8Array) {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  return recognise(path, bytes.length);
}

const film = readFileSync(new URL('samples/upright.mp4', import.meta.url));
/** The film with some bytes of its index written over, counted from the name of a box. */
function forged(box: string, writes: readonly [at: number, value: number][]) {
  const bytes = Buffer.from(film);
  for (const [at, value] of writes) bytes.writeUInt32BE(value, bytes.indexOf(box, 0, 'latin1') + at);
  return bytes;
}

test('an image of countless pieces is not walked through to its end', async () => {
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const beforePixels = 33;
  const piece = Buffer.from('\0\0\0\0tEXt\0\0\0\0', 'latin1');
  const many = Buffer.concat([png.subarray(0, beforePixels), Buffer.alloc(100_000 * piece.length, piece)]);
  expect(await recognised(Buffer.concat([many, png.subarray(beforePixels)]))).toMatchObject({ ok: false });
});

test.each([
  ['a duration of each picture', forged('stts', [[16, 0x7fffffff]])],
  ['a rate', forged('stsz', [[8, 0x7fffffff]])],
])(
  '%s that no video has, and no column holds, is no video',
  async (_, bytes) => {
    const answer = await recognised(bytes);
    const numbers = answer.ok ? Object.values(answer.facts).filter((fact) => typeof fact === 'number') : [];
    expect(Math.max(0, ...numbers)).toBeLessThan(2 ** 31);
  },
  60_000,
);

test('what kind of pictures they are is told in letters, whatever bytes the file has there', async () => {
  const named = film.indexOf('avc1', film.indexOf('stsd', 0, 'latin1'), 'latin1') - film.indexOf('stsd', 0, 'latin1');
  const answer = await recognised(forged('stsd', [[named, 0x00013c22]]));
  expect(answer).toMatchObject({ ok: true, facts: { videoCodec: '??<"' } });
});
