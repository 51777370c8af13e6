import { isImage, isVideo, type MediaFacts } from '../kinds.ts';
import type { Flaw } from './flaw.ts';
import { imageFlaws } from './image.ts';
import { coverImage } from './instagram-limits.ts';
import type { FormLimits, OptionName } from './limits.ts';

interface UserTag {
  username: string;
  /** From the left and from the top, as parts of the whole. */
  x?: number | undefined;
  y?: number | undefined;
  /** Which of the media of a carousel; the first where it is left out. */
  position?: number | undefined;
}

/** What Meta takes beside text and media, where a form has it. */
export interface Options {
  coverOffsetMs?: number | undefined;
  /** The id of an uploaded photo. */
  coverMedia?: string | undefined;
  shareToFeed?: boolean | undefined;
  collaborators?: string[] | undefined;
  /** The id of a Page that has a place. */
  locationId?: string | undefined;
  userTags?: UserTag[] | undefined;
}

interface Chosen {
  options: Options;
  /** What `coverMedia` names. */
  cover?: MediaFacts | undefined;
  media: readonly MediaFacts[];
}

/** User media reference, 2026-09-11. */
const collaboratorsMax = 3;
const tagsMax = 20;

const names: Readonly<Record<OptionName, string>> = {
  coverOffsetMs: 'cover from the video',
  coverMedia: 'cover of its own',
  shareToFeed: 'choice whether it is shared to the feed',
  collaborators: 'collaborators',
  locationId: 'place',
  userTags: 'tagged people',
};

export function optionFlaws(limits: FormLimits, chosen: Chosen): Flaw[] {
  const { name, options: taken } = limits;
  const given = (Object.keys(chosen.options) as OptionName[]).filter((option) => chosen.options[option] !== undefined);
  return given.flatMap((option) => {
    const at = `/options/${option}`;
    if (!taken.includes(option)) return [{ at, words: `${name} takes no ${names[option] ?? option}. Leave it out.` }];
    return checks[option](chosen, limits).map((words) => ({ at, words }));
  });
}

const checks: Readonly<Record<OptionName, (chosen: Chosen, limits: FormLimits) => string[]>> = {
  coverOffsetMs: ({ options: { coverOffsetMs: at = 0, coverMedia }, media: [video] }) => [
    ...(coverMedia ? ['A reel has one cover: give a moment of the video or a photo, not both.'] : []),
    ...(at > (video?.durationMs ?? at)
      ? [
          `The video lasts ${video?.durationMs} ms; the cover at ${at} ms lies behind its end. Choose an earlier moment.`,
        ]
      : []),
  ],
  coverMedia: ({ cover }) => {
    if (!cover) return ['There is no such media; upload the cover with POST /v1/media first.'];
    if (!isImage(cover)) return ['The cover is a photo, not a video. Use coverOffsetMs for a moment of the video.'];
    return imageFlaws('A cover', cover, coverImage, '').map(({ words }) => words);
  },
  shareToFeed: () => [],
  collaborators: ({ options: { collaborators = [] } }) => [
    ...(collaborators.length > collaboratorsMax
      ? [`Instagram takes ${collaboratorsMax} collaborators at most; these are ${collaborators.length}.`]
      : []),
    ...collaborators.flatMap(notAUsername),
    ...twice(collaborators),
  ],
  locationId: ({ options: { locationId = '' } }) =>
    /^\d{1,32}$/.test(locationId) ? [] : ['The place is the id of a Page, in digits.'],
  userTags: ({ options: { userTags = [] }, media }, { tagPlaces }) => [
    ...(userTags.length > tagsMax
      ? [`Instagram takes ${tagsMax} tagged people at most; these are ${userTags.length}.`]
      : []),
    ...userTags.flatMap(({ username }) => notAUsername(username)),
    ...userTags.flatMap((tag) => misplaced(tag, media, tagPlaces)),
    ...twice(userTags.map(({ username, position = 0 }) => (position ? `${username} on ${position}` : username))),
  ],
};

function misplaced(tag: UserTag, media: readonly MediaFacts[], tagPlaces: FormLimits['tagPlaces']): string[] {
  const { username, x, y, position = 0 } = tag;
  const file = media[position];
  if (!file) return [`${username} is tagged on medium ${position}, which there is not; the first one is 0.`];
  const placed = x !== undefined && y !== undefined;
  const halfPlaced = !placed && (x !== undefined || y !== undefined);
  if (tagPlaces === 'optional') {
    if (halfPlaced) return [`${username} has half a place: give x and y, each from 0 to 1, or neither.`];
  } else if (isVideo(file)) {
    if (placed || halfPlaced) return [`On a video nobody has a place: leave x and y of ${username} out.`];
    if (media.length > 1) return [`In a carousel people are tagged on photos only; ${username} is tagged on a video.`];
  } else if (!placed) return [`On a photo ${username} needs a place: give x and y, each from 0 to 1.`];
  return [x, y].every((part) => part === undefined || (part >= 0 && part <= 1))
    ? []
    : [`The place of ${username} is outside the picture: x and y are parts of it, from 0 to 1.`];
}

const notAUsername = (name: string) =>
  /^[A-Za-z0-9._]{1,30}$/.test(name) ? [] : [`"${name}" is no name of an Instagram account; write it without @.`];

const twice = (all: readonly string[]) =>
  all.filter((one, index) => all.indexOf(one) < index).map((one) => `${one} is named twice.`);
