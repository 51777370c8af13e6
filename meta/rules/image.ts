import { conversionFor, imageName, isConvertible } from '../conversions.ts';
import type { MediaFacts } from '../kinds.ts';
import type { Flaw, Remark } from './flaw.ts';
import { type ImageLimits, within } from './limits.ts';
import { rangeWords, units } from './sizes.ts';

/** What no conversion heals. */
export function imageFlaws(name: string, image: MediaFacts, limits: ImageLimits, at: string): Flaw[] {
  const flaws: string[] = [];
  const takenAs = limits.contentTypes.map((contentType) => imageName({ contentType })).join(', ');
  if (!limits.contentTypes.includes(image.contentType) && !isConvertible(image))
    flaws.push(`${name} takes ${takenAs}, not ${imageName(image)}. Convert it and upload it again.`);
  else if (!within(image.bytes, limits.bytes) && !isConvertible(image))
    flaws.push(
      `${name} takes files of ${rangeWords(limits.bytes, units.bytes)}; this ${imageName(image)} has ${units.bytes(image.bytes)}. Make it smaller and upload it again.`,
    );
  if (limits.ratio && !within(image.width / image.height, limits.ratio))
    flaws.push(
      `${name} is ${rangeWords(limits.ratio, units.ratio)}, width by height; this is ${image.width} × ${image.height}. Crop it and upload it again.`,
    );
  return flaws.map((words) => ({ at, words }));
}

/** What is healed on the way to Meta, and will be done to the picture. */
export function imageConversions(image: MediaFacts, limits: ImageLimits, at: string): Remark[] {
  const conversion = conversionFor(image, limits);
  return conversion ? [{ at, words: conversion.words }] : [];
}
