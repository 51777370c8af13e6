import sharp from 'sharp';
import { imageReading } from '../../db/media/image-reading.ts';
import { NotConverted } from './not-converted.ts';

const WITHIN_S = 60;
/** A JPEG has no more; a PNG, and a GIF, may. */
const JPEG_SIDE_MAX_PX = 65_500;
/** Tried in this order, until the file is small enough: first less of what nobody sees, then fewer pixels than anybody shows. */
const attempts: readonly { quality: number; longestSidePx: number }[] = [
  { quality: 90, longestSidePx: JPEG_SIDE_MAX_PX },
  { quality: 80, longestSidePx: JPEG_SIDE_MAX_PX },
  { quality: 85, longestSidePx: 4_000 },
  { quality: 85, longestSidePx: 2_000 },
  { quality: 80, longestSidePx: 1_440 },
  { quality: 75, longestSidePx: 1_080 },
];

export interface Converted {
  bytes: Buffer;
  width: number;
  height: number;
}

/**
 * The image as an upright JPEG in sRGB, on white where it was transparent, without what the camera noted beside it. The same image gives the
 * same bytes; what changes them is a new `VERSION` in `meta/conversions.ts`.
 * @throws NotConverted
 */
export async function convert(image: Buffer, maxBytes: number): Promise<Converted> {
  try {
    return await smallEnough(image, maxBytes);
  } catch (cause) {
    throw new NotConverted(cause);
  }
}

async function smallEnough(image: Buffer, maxBytes: number): Promise<Converted> {
  for (const { quality, longestSidePx: side } of attempts) {
    const upright = sharp(image, imageReading).timeout({ seconds: WITHIN_S }).autoOrient();
    const sized = upright.resize(side, side, { fit: 'inside', withoutEnlargement: true });
    const opaque = sized.flatten({ background: 'white' }).toColourspace('srgb');
    const { data, info } = await opaque.jpeg({ quality }).toBuffer({ resolveWithObject: true });
    if (data.length <= maxBytes) return { bytes: data, width: info.width, height: info.height };
  }
  throw new Error('An image that is not small enough at any size');
}
