import { type FileHandle, open } from 'node:fs/promises';
import type { MediaFacts } from '../../meta/kinds.ts';
import { walkBoxes } from './boxes.ts';
import { kindOfFile } from './kind-of-file.ts';
import { hasPngEnd } from './png-end.ts';
import { videoFactsInThread } from './video-thread.ts';

/** Far beyond what either platform shows; what is above is a mistake rather than a photo. */
const IMAGE_MAX_BYTES = 50_000_000;

export type Recognised = { ok: true; facts: MediaFacts } | { ok: false; problem: 'unfit' | 'too-large'; words: string };

/** What a file is, by its bytes alone, and that it is whole. */
export async function recognise(path: string, bytes: number): Promise<Recognised> {
  const file = await open(path);
  try {
    const kind = await kindOfFile(file);
    if (kind === 'video') return await recogniseVideo(file, path, bytes);
    if (kind === 'heif') return unfit(heif);
    if (kind === 'other') return unfit(bytes ? unknown : 'The body is empty; send the bytes of the file.');
    if (bytes > IMAGE_MAX_BYTES) return { ok: false, problem: 'too-large', words: tooLarge };
    if (kind === 'png' && !(await hasPngEnd(file, bytes))) return unfit(cutOff);
    // Loaded when the first image comes: the library is a third of an idle process.
    const { imageFacts } = await import('./image-facts.ts');
    const image = await imageFacts(path, kind);
    return image.ok ? { ok: true, facts: { ...image.facts, bytes } } : unfit(image.words);
  } finally {
    await file.close();
  }
}

async function recogniseVideo(file: FileHandle, path: string, bytes: number): Promise<Recognised> {
  const { whole, moovFirst } = await walkBoxes(file, bytes);
  if (!whole) return unfit(incomplete);
  const facts = await videoFactsInThread(path);
  return facts ? { ok: true, facts: { ...facts, bytes, moovFirst } } : unfit(noVideo);
}

const unfit = (words: string): Recognised => ({ ok: false, problem: 'unfit', words });

const unknown =
  'The bytes are not a JPEG, PNG, GIF or WebP image, nor an MP4 or MOV video, whatever the name of the file says. Nothing was kept.';
const heif =
  'This is a HEIC or AVIF image, which neither platform takes. Export it as a JPEG and upload that. Nothing was kept.';
const cutOff =
  'The image is incomplete: it was cut off before its end. Upload it again from the original. Nothing was kept.';
const incomplete =
  'The video is incomplete or damaged: the file ends in the middle, or lacks its index. Upload it again from the original. Nothing was kept.';
const noVideo =
  'There are no pictures in this file that could be read as a video. Export it as an MP4 and upload that. Nothing was kept.';
const tooLarge = `An image may have ${IMAGE_MAX_BYTES / 1_000_000} MB at most. Make it smaller, and upload it again; nothing was kept.`;
