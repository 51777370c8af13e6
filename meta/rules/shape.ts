import { isVideo, type Kind, type MediaFacts } from '../kinds.ts';
import type { Platform } from '../permission.ts';
import type { Flaw } from './flaw.ts';

interface Wanted {
  platform: Platform;
  kind: Kind;
  media: readonly MediaFacts[];
}

/** Why there is no such form. */
export function shapeFlaw({ platform, kind, media }: Wanted): Flaw {
  if (kind === 'reel') return { at: '/media', words: 'A reel is made of one video, and nothing else.' };
  if (kind === 'story')
    return { at: '/media', words: 'A story is made of one photo or one video. Make a post of each.' };
  if (platform === 'instagram') return media.length ? loneVideo : noMedia;
  return media.every(isVideo) ? severalVideos : mixed;
}

const loneVideo: Flaw = { at: '/kind', words: 'On Instagram a single video is a reel. Use the kind "reel".' };
const noMedia: Flaw = { at: '/media', words: 'A post on Instagram needs a photo or a video.' };
const severalVideos: Flaw = { at: '/media', words: 'A post on a Page has one video. Make a post of each.' };
const mixed: Flaw = {
  at: '/media',
  words: 'A post on a Page has photos or one video, not both. Make two posts, or leave one out.',
};
