import { type Form, formOf, isImage, isVideo, type Kind, type MediaFacts } from '../kinds.ts';
import type { Platform } from '../permission.ts';
import type { Flaw, Remark } from './flaw.ts';
import { formLimits } from './form-limits.ts';
import { imageConversions, imageFlaws } from './image.ts';
import { coverImage } from './instagram-limits.ts';
import type { FormLimits } from './limits.ts';
import { type Options, optionFlaws } from './options.ts';
import { shapeFlaw } from './shape.ts';
import { textFlaws } from './text.ts';
import { videoFlaws } from './video.ts';

/** What is to be published to one account, as the rows have it. */
export interface TargetContent {
  kind: Kind;
  /** The wording that this target has: its own, or the post's. */
  text: string | null;
  link: string | null;
  media: readonly (MediaFacts & { altText: string | null })[];
  firstComment: string | null;
  options: Options;
  /** What the option `coverMedia` names. */
  cover?: MediaFacts | undefined;
}

interface To {
  platform: Platform;
}

/** What Meta would refuse, in sentences that say what to do. Empty: nothing that is known before. */
export function flawsOf(target: TargetContent, { platform }: To): Flaw[] {
  const form = formOf({ ...target, platform });
  if (!form) return [shapeFlaw({ ...target, platform })];
  const limits = formLimits[form];
  return [
    ...bodyFlaws(target, form, limits),
    ...target.media.flatMap((file, index) => mediaFlaws(file, limits, `/media/${index}`)),
    ...(target.firstComment === null ? [] : commentFlaws(target.firstComment, limits)),
    ...optionFlaws(limits, target),
  ];
}

/** What is done differently from what was given, though nothing is wrong. */
export function notesOf(target: TargetContent, { platform }: To): Remark[] {
  const form = formOf({ ...target, platform });
  if (!form) return [];
  const { name, image, ...limits } = formLimits[form];
  const notes = image ? target.media.flatMap((file, i) => imageConversions(file, image, `/media/${i}`)) : [];
  if (target.cover) notes.push(...imageConversions(target.cover, coverImage, '/options/coverMedia'));
  if (target.text && !limits.text) notes.push({ at: '/text', words: `${name} shows no text; it is left out there.` });
  if (target.link && !limits.link)
    notes.push({
      at: '/link',
      words: `${name} has no link; it is left out there. Write the address into the text instead.`,
    });
  const alt = limits.altText ? undefined : target.media.findIndex((file) => isImage(file) && file.altText);
  if (alt !== undefined && alt >= 0)
    notes.push({ at: `/media/${alt}/altText`, words: `${name} takes no alt text; it is left out there.` });
  return notes;
}

function bodyFlaws({ text, link, media }: TargetContent, form: Form, limits: FormLimits): Flaw[] {
  const { name } = limits;
  const flaws: Flaw[] = text && limits.text ? textFlaws(name, text, limits.text, '/text') : [];
  if (link && limits.link && media.length)
    flaws.push({
      at: '/link',
      words: 'A post has a link or photos, not both; write the address into the text instead.',
    });
  const { max = media.length } = limits.media;
  if (media.length > max)
    flaws.push({ at: '/media', words: `${name} has ${max} photos at most; these are ${media.length}.` });
  if (form === 'page-post' && !text?.trim() && !link && !media.length)
    flaws.push({ at: '', words: 'There is nothing to publish: give a text, a link or a photo.' });
  return flaws;
}

function mediaFlaws(file: TargetContent['media'][number], { name, image, video, altText }: FormLimits, at: string) {
  if (isVideo(file))
    return [
      ...(video ? videoFlaws(name, file, video, at) : []),
      ...(file.altText ? [{ at: `${at}/altText`, words: 'Alt text belongs to photos; a video takes none.' }] : []),
    ];
  const alt = file.altText && altText ? textFlaws('An alt text', file.altText, altText, `${at}/altText`) : [];
  return [...(image ? imageFlaws(name, file, image, at) : []), ...alt];
}

function commentFlaws(comment: string, { name, firstComment }: FormLimits): Flaw[] {
  const at = '/firstComment';
  if (!firstComment) return [{ at, words: `${name} takes no first comment. Leave it out.` }];
  return textFlaws('A first comment', comment.trim() ? comment : '', firstComment, at);
}
