import type { Fault, Nuance } from '../faults.ts';
import type { Params } from '../http/params.ts';
import type { Upload } from '../http/upload.ts';
import type { Token } from '../state/tokens.ts';
import type { Switches } from '../switches.ts';
import type { World } from '../world.ts';

/** Names of what can be called, for faults. A new operation gets a name here. */
export const callNames = [
  'token',
  'debugToken',
  'accounts',
  'businesses',
  'readBusiness',
  'businessPages',
  'permissions',
  'revokePermissions',
  'readPerson',
  'readPage',
  'readInstagram',
  'createPost',
  'uploadPhoto',
  'publish',
  'editPost',
  'readPost',
  'listPosts',
  'deletePost',
  'readPhoto',
  'listPhotos',
  'deletePhoto',
  'subscribe',
  'readSubscription',
  'unsubscribe',
  'createContainer',
  'readContainer',
  'publishContainer',
  'contentPublishingLimit',
  'listMedia',
  'readMedia',
  'editMedia',
  'deleteMedia',
  'videoStart',
  'videoTransfer',
  'videoFinish',
  'reelStart',
  'reelUpload',
  'reelFinish',
  'videoStoryStart',
  'videoStoryUpload',
  'videoStoryFinish',
  'photoStory',
  'containerUpload',
  'readUpload',
  'readVideo',
  'listVideos',
  'editVideo',
  'deleteVideo',
  'listStories',
  'comment',
  'listComments',
  'readComment',
  'deleteComment',
  'fetchMedia',
] as const;

export type CallName = (typeof callNames)[number];

/** What a fault wants of the processing that this call begins. */
export interface Mishap {
  errorSubcode?: number;
  delayMs?: number;
}

/** One call with a good token, with all that its handler looks at. */
export interface Call {
  world: World;
  method: string;
  params: Params;
  uploads: readonly Upload[];
  token: Token;
  /** Scheme, host and port under which the caller knows us. */
  origin: string;
  version: string;
  switches: Switches;
  nowMs: number;
  mishap?: Mishap;
  /** What goes wrong with it besides, when it comes to that. */
  nuance: (name: Nuance) => Fault | undefined;
  /** How far it lags behind what is written, and what is deleted, once it was asked for. */
  lag?: { writtenMs: number; deletedMs: number };
}
