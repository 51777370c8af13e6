import sharp from 'sharp';
import { imageReading } from '../../db/media/image-reading.ts';
import type { MediaFacts } from '../../meta/kinds.ts';

/** What a picture needs that is made to exhaust whoever opens it is beyond what any camera makes. */
const IMAGE_MAX_PIXELS = 100_000_000;
const DECODE_WITHIN_S = 30;

export const imageKinds = ['jpeg', 'png', 'gif', 'webp'] as const;

// Only the readers of what we take are left: the others need not see what strangers upload. What was read is not kept.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadNsgif', 'VipsForeignLoadWebp'],
});
sharp.cache(false);

type Read = { ok: true; facts: Omit<MediaFacts, 'bytes'> } | { ok: false; words: string };

/** Reads what an image is, and decodes it to its end, line by line, so that one which was cut off or damaged is found out. */
export async function imageFacts(path: string, kind: (typeof imageKinds)[number]): Promise<Read> {
  const options = { ...imageReading, sequentialRead: true } as const;
  const metadata = await sharp(path, options).metadata().catch(undecodable);
  if (!metadata || metadata.format !== kind) return { ok: false, words: damaged };
  const { width, height, pages: frames = 1, orientation = 1, hasAlpha } = metadata;
  const frameHeight = metadata.pageHeight ?? height;
  if (width * frameHeight * frames > IMAGE_MAX_PIXELS) return { ok: false, words: tooManyPixels };
  const all = sharp(path, { ...options, pages: -1 }).timeout({ seconds: DECODE_WITHIN_S });
  if (!(await all.resize(1, 1, { fit: 'fill' }).raw().toBuffer().catch(undecodable)))
    return { ok: false, words: damaged };
  const turned = orientation >= 5;
  return {
    ok: true,
    facts: {
      contentType: `image/${kind}`,
      width: turned ? frameHeight : width,
      height: turned ? width : frameHeight,
      ...(orientation > 1 && { orientation }),
      ...(frames > 1 && { frames }),
      ...(hasAlpha && { transparent: true }),
    },
  };
}

const damaged =
  'The image is incomplete or damaged: it cannot be read to its end. Upload it again from the original. Nothing was kept.';
const tooManyPixels = `An image may have ${IMAGE_MAX_PIXELS / 1_000_000} megapixels at most, all its frames together. Make it smaller. Nothing was kept.`;

/** The library has plain errors for everything, a file that cannot be opened among them. That one was just written by ourselves. */
function undecodable(error: unknown): undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code) throw error;
}
