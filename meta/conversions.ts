import type { MediaFacts } from './kinds.ts';
import { type ImageLimits, within } from './rules/limits.ts';
import { units } from './rules/sizes.ts';

/** To be raised whenever the same image would be converted differently: what was prepared from an earlier one is made anew then. */
const VERSION = 1;

/** An image written anew as a JPEG that Meta takes: upright, of one frame, on white. */
export interface Conversion {
  /** What is made of an image by it depends on nothing else. */
  recipe: string;
  maxBytes: number;
  /** That it is done, and why, for people. */
  words: string;
}

/** Of what moves, a conversion would leave one picture. */
export const isConvertible = ({ contentType, frames = 1 }: MediaFacts): boolean =>
  Object.hasOwn(imageNames, contentType) && frames === 1;

/** @returns undefined for what Meta takes as it is, and for what cannot be mended by machine */
export function conversionFor(image: MediaFacts, limits: ImageLimits): Conversion | undefined {
  if (!isConvertible(image)) return undefined;
  const { orientation = 1, transparent } = image;
  const maxBytes = limits.bytes.max ?? Number.MAX_SAFE_INTEGER;
  const fits = within(image.bytes, limits.bytes);
  const faults = [
    ...(limits.contentTypes.includes(image.contentType) ? [] : [`it is a ${imageName(image)}`]),
    ...(fits ? [] : [`it has more than ${units.bytes(maxBytes)}`]),
    ...(orientation > 1 ? ['it lies turned, which is only noted in the file'] : []),
  ];
  if (!faults.length) return undefined;
  if (transparent) faults.push('where it is transparent it becomes white');
  const words = `This photo will be converted to JPEG for Meta: ${faults.join(', and ')}.`;
  return { recipe: `jpeg ${VERSION} ${maxBytes}`, maxBytes, words };
}

const imageNames: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/gif': 'GIF',
  'image/webp': 'WebP',
};

export const imageName = ({ contentType }: Pick<MediaFacts, 'contentType'>): string =>
  imageNames[contentType] ?? contentType;
