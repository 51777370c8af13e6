import type { MediaFacts } from '../kinds.ts';
import type { Flaw, Remark } from './flaw.ts';
import { type ImageLimits, within } from './limits.ts';
import { rangeWords, units } from './sizes.ts';

/** What stands still can be written anew as a JPEG; of what moves a conversion would leave one picture. */
const convertible = ['image/jpeg', 'image/png'];

const typeNames: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/gif': 'GIF',
  'image/webp': 'WebP',
};
const nameOf = (contentType: string) => typeNames[contentType] ?? contentType;

/** What no conversion heals. */
export function imageFlaws(name: string, image: MediaFacts, limits: ImageLimits, at: string): Flaw[] {
  const flaws: string[] = [];
  if (!isTaken(image, limits) && !convertible.includes(image.contentType))
    flaws.push(
      `${name} takes ${limits.contentTypes.map(nameOf).join(', ')}, not ${nameOf(image.contentType)}. Convert it and upload it again.`,
    );
  else if (!within(image.bytes, limits.bytes) && !convertible.includes(image.contentType))
    flaws.push(
      `${name} takes files of ${rangeWords(limits.bytes, units.bytes)}; this ${nameOf(image.contentType)} has ${units.bytes(image.bytes)}. Make it smaller and upload it again.`,
    );
  if (limits.ratio && !within(image.width / image.height, limits.ratio))
    flaws.push(
      `${name} is ${rangeWords(limits.ratio, units.ratio)}, width by height; this is ${image.width} × ${image.height}. Crop it and upload it again.`,
    );
  return flaws.map((words) => ({ at, words }));
}

/** What is healed on the way to Meta, and will be done to the picture. */
export function imageConversions(image: MediaFacts, limits: ImageLimits, at: string): Remark[] {
  if (!convertible.includes(image.contentType)) return [];
  const faults = [
    ...(isTaken(image, limits) ? [] : [`it is a ${nameOf(image.contentType)}`]),
    ...(within(image.bytes, limits.bytes) ? [] : [`it has more than ${units.bytes(limits.bytes.max ?? 0)}`]),
    ...((image.orientation ?? 1) > 1 ? ['it lies turned, which is only noted in the file'] : []),
  ];
  return faults.length
    ? [{ at, words: `This photo will be converted to JPEG for Meta: ${faults.join(', and ')}.` }]
    : [];
}

const isTaken = (image: MediaFacts, limits: ImageLimits) => limits.contentTypes.includes(image.contentType);
