import { open } from 'node:fs/promises';
import { imageSize } from 'image-size';
import type { File } from '../state/files.ts';
import { readMp4 } from './mp4.ts';

/** An image says its size within this, whatever thumbnails and profiles stand before it. */
const IMAGE_HEAD_BYTES = 1_000_000;
/** EXIF orientations from here on lie on their side. */
const FIRST_TURNED_ORIENTATION = 5;

const imageTypes: Readonly<Record<string, string>> = {
  ...{ jpg: 'image/jpeg', png: 'image/png', gif: 'image/gif', webp: 'image/webp', bmp: 'image/bmp' },
  ...{ tiff: 'image/tiff', heif: 'image/heif', avif: 'image/avif' },
};

const nothing = {
  width: null,
  height: null,
  duration_ms: null,
  frame_rate: null,
  video_codec: null,
  audio_codec: null,
};

/** What a content is, by itself and whatever anybody called it. */
export async function examine(path: string, content: { sha256: string; bytes: number }): Promise<File> {
  const unknown = { ...nothing, ...content, type: 'application/octet-stream', moov_first: null };
  const file = await open(path);
  try {
    const video = await readMp4(file, content.bytes);
    if (video) return { ...content, ...video };
    const head = Buffer.alloc(Math.min(content.bytes, IMAGE_HEAD_BYTES));
    await file.read(head, 0, head.length, 0);
    return { ...unknown, ...imageFacts(head) };
  } finally {
    await file.close();
  }
}

function imageFacts(head: Buffer): Partial<File> {
  try {
    const { type = '', width, height, orientation = 1 } = imageSize(head);
    const turned = orientation >= FIRST_TURNED_ORIENTATION;
    const size = turned ? { width: height, height: width } : { width, height };
    return imageTypes[type] ? { type: imageTypes[type], ...size } : {};
  } catch {
    // No image that the library knows, so none that Meta takes.
    return {};
  }
}
