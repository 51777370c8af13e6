import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { recognise } from '../../api/media/recognise.ts';

const folder = mkdtempSync(join(tmpdir(), 'quixess-recognise-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Made with ffmpeg; what it says of them is what is expected here. */
const sample = (name: string) => readFileSync(new URL(`samples/${name}`, import.meta.url));
async function recognised(bytes: Uint8Array) {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  return recognise(path, bytes.length);
}
const picture = (width = 300, height = 200) =>
  sharp({
    create: { width, height, channels: 3, background: 'teal', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  });

test.each([
  [
    'upright.mp4',
    {
      contentType: 'video/mp4',
      durationMs: 3_200,
      width: 90,
      height: 160,
      videoCodec: 'h264',
      frameRate: 30,
      moovFirst: true,
    },
    { audioCodec: 'aac', audioChannels: 2, audioSampleRateHz: 48_000 },
  ],
  [
    'turned.mov',
    {
      contentType: 'video/quicktime',
      durationMs: 2_000,
      width: 90,
      height: 160,
      videoCodec: 'h264',
      frameRate: 25,
      moovFirst: false,
    },
    { audioCodec: 'aac', audioChannels: 1, audioSampleRateHz: 44_100 },
  ],
  [
    'silent-hevc.mp4',
    {
      contentType: 'video/mp4',
      durationMs: 1_001,
      width: 128,
      height: 128,
      videoCodec: 'hevc',
      frameRate: 23.976,
      moovFirst: false,
    },
    {},
  ],
  ['fragmented.mp4', { contentType: 'video/mp4', width: 64, height: 64, videoCodec: 'h264', moovFirst: true }, {}],
  [
    'prores.mov',
    { contentType: 'video/quicktime', width: 64, height: 64, videoCodec: 'prores', durationMs: 1_000 },
    {},
  ],
] as const)('of %s everything is read that the platforms limit', async (name, pictures, sound) => {
  const bytes = sample(name);
  const facts = { ...pictures, ...sound, bytes: bytes.length };
  const answer = await recognised(bytes);
  expect(answer).toMatchObject({ ok: true, facts });
  if (answer.ok) expect(answer.facts.audioCodec).toBe('audioCodec' in sound ? sound.audioCodec : undefined);
});

describe('what is not whole is refused in words, wherever it was cut off', () => {
  test.each(['upright.mp4', 'turned.mov', 'fragmented.mp4'])('%s', async (name) => {
    const bytes = sample(name);
    for (const kept of [40, Math.floor(bytes.length / 2), bytes.length - 10, bytes.length - 1]) {
      const answer = await recognised(bytes.subarray(0, kept));
      expect(answer.ok ? 'taken' : answer.words, `${kept} bytes`).toContain('incomplete or damaged');
    }
  });

  test.each(['jpeg', 'png', 'gif', 'webp'] as const)('%s', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    expect((await recognised(bytes)).ok).toBe(true);
    for (const kept of [20, 100, Math.floor(bytes.length / 2), bytes.length - 200]) {
      const answer = await recognised(bytes.subarray(0, kept));
      expect(answer.ok ? 'taken' : answer.words, `${kept} bytes`).toMatch(/incomplete/);
    }
  });

  test('a PNG that lacks nothing but its end', async () => {
    const bytes = await picture().png().toBuffer();
    const answer = await recognised(bytes.subarray(0, -5));
    expect(answer.ok ? 'taken' : answer.words).toContain('cut off before its end');
  });

  test('a video whose index claims pictures that follow, and they do not', async () => {
    const bytes = sample('upright.mp4');
    const answer = await recognised(bytes.subarray(0, bytes.indexOf('mdat') - 4));
    expect(answer.ok ? 'taken' : answer.words).toContain('incomplete');
  });
});

test('an image is described as it is shown, with what has to be known before it is sent', async () => {
  const turned = await picture(300, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await recognised(turned)).toMatchObject({ ok: true, facts: { width: 200, height: 300, orientation: 6 } });
  const clear = await picture().ensureAlpha(0.5).png().toBuffer();
  expect(await recognised(clear)).toMatchObject({ ok: true, facts: { transparent: true } });
  const frames = [await picture(20, 20).png().toBuffer(), await picture(20, 20).png().toBuffer()];
  const moving = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect(await recognised(moving)).toMatchObject({ ok: true, facts: { width: 20, height: 20, frames: 2 } });
});

test('what neither platform takes is refused by what it is', async () => {
  const words = async (bytes: Uint8Array) => {
    const answer = await recognised(bytes);
    return answer.ok ? 'taken' : answer.words;
  };
  expect(await words(sample('sound.m4a'))).toContain('no pictures in this file');
  expect(await words(await picture().avif({ effort: 0 }).toBuffer())).toContain('HEIC or AVIF');
  expect(await words(await picture().tiff().toBuffer())).toContain(
    'not a JPEG, PNG, GIF or WebP image, nor an MP4 or MOV',
  );
  expect(await words(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'))).toContain(
    'not a JPEG',
  );
});

test('an image of more pixels than any camera makes is not opened', async () => {
  const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const answer = await recognised(bomb);
  expect(answer.ok ? 'taken' : answer.words).toContain('100 megapixels at most');
});

test('a video that is made to exhaust its reader costs nobody but itself', async () => {
  const box = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + body.length);
    header.write(type, 4, 'latin1');
    return Buffer.concat([header, body]);
  };
  const bytes = sample('upright.mp4');
  // Every table of samples claims to have as many as can be written down.
  for (const table of ['stts', 'stsz', 'stco', 'stsc'])
    for (let at = bytes.indexOf(table); at >= 0; at = bytes.indexOf(table, at + 1))
      bytes.writeUInt32BE(0xffffffff, at + (table === 'stsz' ? 12 : 8));
  const before = process.memoryUsage().rss;
  await recognised(bytes);
  await recognised(
    Buffer.concat([box('ftyp', Buffer.from('isom\0\0\0\0')), box('moov', Buffer.alloc(65 * 1024 * 1024)), box('mdat')]),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
});
