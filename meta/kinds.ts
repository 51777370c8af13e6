import type { Platform } from './permission.ts';
import { pageReelVideo } from './rules/page-limits.ts';
import { fits } from './rules/video.ts';

/** What a member asks for; which form it takes follows from the platform and the media. */
export type Kind = 'feed' | 'reel' | 'story';

/** Each is prepared and committed at Meta in a way of its own. */
export type Form =
  | 'page-post'
  | 'page-video'
  | 'page-reel'
  | 'page-photo-story'
  | 'page-video-story'
  | 'instagram-image'
  | 'instagram-carousel'
  | 'instagram-reel'
  | 'instagram-story';

/** What was read of a file when it was uploaded. What is absent could not be read, or is not of this type. */
export interface MediaFacts {
  contentType: string;
  bytes: number;
  /** As shown: of a photo that EXIF turns, after turning. */
  width: number;
  height: number;
  /** As EXIF numbers it, 2 to 8, where the pixels lie turned or mirrored. */
  orientation?: number;
  /** More than one where it moves. */
  frames?: number;
  transparent?: boolean;
  durationMs?: number;
  videoCodec?: string;
  audioCodec?: string;
  audioChannels?: number;
  audioSampleRateHz?: number;
  frameRate?: number;
  bitRate?: number;
  /** The index lies before the pictures, so that playing can begin before all has come. */
  moovFirst?: boolean;
}

export const isImage = ({ contentType }: Pick<MediaFacts, 'contentType'>): boolean => contentType.startsWith('image/');
export const isVideo = ({ contentType }: Pick<MediaFacts, 'contentType'>): boolean => contentType.startsWith('video/');

/** Whether Meta has a call that deletes it once it is published; it may refuse all the same. (Page Stories has none, read 2026-09-11.) */
export const isDeletable = ({ platform, kind }: Omit<Wanted, 'media'>): boolean =>
  platform === 'instagram' || kind !== 'story';

/** Whether Meta has a call that changes its text once it is published. (Instagram and Page Stories have none, read 2026-09-11.) */
export const isTextEditable = ({ platform, kind }: Omit<Wanted, 'media'>): boolean =>
  platform === 'facebook' && kind !== 'story';

interface Wanted {
  platform: Platform;
  kind: Kind;
  media: readonly MediaFacts[];
}

/** @returns undefined where Meta has no such thing; the rules say why */
export function formOf({ platform, kind, media }: Wanted): Form | undefined {
  const [first, ...others] = media;
  const alone = others.length === 0 ? first : undefined;
  if (kind === 'reel') return alone && isVideo(alone) ? reels[platform] : undefined;
  if (kind === 'story') return alone && storyOf(platform, alone);
  return platform === 'facebook' ? pageFeedOf(media, alone) : instagramFeedOf(media, alone);
}

const reels = { facebook: 'page-reel', instagram: 'instagram-reel' } as const;

function storyOf(platform: Platform, file: MediaFacts): Form {
  if (platform === 'instagram') return 'instagram-story';
  return isVideo(file) ? 'page-video-story' : 'page-photo-story';
}

/** What Meta would show as a reel anyway is published as one, which it may not be made into afterwards. */
function pageFeedOf(media: readonly MediaFacts[], alone: MediaFacts | undefined): Form | undefined {
  if (media.every(isImage)) return 'page-post';
  if (!alone) return undefined;
  return fits(alone, pageReelVideo) ? 'page-reel' : 'page-video';
}

function instagramFeedOf(media: readonly MediaFacts[], alone: MediaFacts | undefined): Form | undefined {
  if (alone) return isImage(alone) ? 'instagram-image' : undefined;
  return media.length ? 'instagram-carousel' : undefined;
}
