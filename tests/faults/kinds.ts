import type { Form, Kind } from '../../meta/kinds.ts';
import type { Sort } from './files.ts';

/** The names of the calls at Meta, as the simulator knows them, by what they are to a post. */
export interface Calls {
  /** Invisible; may be made again. */
  prepare: readonly string[];
  /** Sends bytes, and may break off on the way. */
  upload?: string;
  /** How much of it has come, where it broke off. */
  asked?: string;
  /** What Meta begins with this may end in an error, or take its time. */
  process?: string;
  /** Makes it public. */
  commit: string;
  /** Tells what became of it. */
  look: readonly [string, ...string[]];
  /** Tells where it is. */
  link: string;
  /** Changes the text of what is public; deletes what is public; deletes what was prepared and is not needed. */
  edit?: string;
  delete?: string;
  discard?: string;
  /** What is asked besides, of some posts. */
  beside?: readonly string[];
}

export interface KindOfPost {
  name: string;
  platform: 'facebook' | 'instagram';
  kind: Kind;
  form: Form;
  /** How many of them, at least and at most. */
  files: readonly [number, number];
  /** Each of them is of one of these. */
  sorts: readonly Sort[];
  link?: true;
  /** Nothing is written on it, so that it is known by its files alone. */
  wordless?: true;
  /** Its pictures can have alternative texts. */
  altTexts?: true;
  comments?: true;
  /** Meta may refuse to delete it when it is published. */
  mayStay?: true;
  /** Meta comes to us for its pictures. */
  fetched?: true;
  /** A commit may be made again at once; of others once only, when it was seen twice that nothing is public. */
  repeats?: true;
  calls: Calls;
}

const reads = { look: ['readPost'], link: 'readPost' } as const;
const plain: Calls = {
  ...{ ...reads, prepare: ['createPost'], commit: 'publish' },
  ...{ edit: 'editPost', delete: 'deletePost', discard: 'deletePost', beside: ['listPosts', 'deletePost'] },
};
const withPhotos: Calls = {
  ...{ ...plain, prepare: ['uploadPhoto', 'createPost'] },
  beside: ['listPosts', 'deletePost', 'deletePhoto'],
};
const post = { platform: 'facebook', kind: 'feed', form: 'page-post', repeats: true, comments: true } as const;
const photos = { ...post, sorts: ['picture'], altTexts: true, calls: withPhotos } as const;

const readsVideo = { look: ['readVideo'], link: 'readVideo' } as const;
const afterwards = { edit: 'editVideo', delete: 'deletePost' } as const;
const video: Calls = {
  ...{ ...readsVideo, prepare: ['videoStart', 'videoTransfer'], upload: 'videoTransfer' },
  ...{ ...afterwards, commit: 'videoFinish', process: 'videoFinish' },
};
const reel: Calls = {
  ...{ ...readsVideo, prepare: ['reelStart', 'reelUpload'], upload: 'reelUpload', asked: 'readUpload' },
  ...{ ...afterwards, commit: 'reelFinish', process: 'reelFinish' },
};
const videoStory: Calls = {
  ...{ prepare: ['videoStoryStart', 'videoStoryUpload'], upload: 'videoStoryUpload', asked: 'readUpload' },
  ...{ commit: 'videoStoryFinish', process: 'videoStoryFinish', look: ['readVideo', 'listStories'], link: 'readVideo' },
};
const photoStory: Calls = {
  ...{ prepare: ['uploadPhoto'], commit: 'photoStory', discard: 'deletePhoto', beside: ['deletePhoto'] },
  ...{ look: ['listStories'], link: 'readPost' },
};

/** The permission to delete on Instagram is not among those that are asked for here. */
const image: Calls = {
  ...{ prepare: ['createContainer'], process: 'createContainer', commit: 'publishContainer' },
  ...{ look: ['readContainer', 'listMedia'], link: 'readMedia' },
  beside: ['contentPublishingLimit'],
};
const imageStory: Calls = { ...image, look: ['readContainer', 'listStories'] };
const sent = {
  ...{ prepare: ['createContainer', 'containerUpload'], upload: 'containerUpload', asked: 'readUpload' },
  process: 'containerUpload',
};

const alone = { files: [1, 1] } as const;
const page = { platform: 'facebook' } as const;
const instagram = { platform: 'instagram' } as const;
const story = { ...alone, kind: 'story', wordless: true } as const;
const onInstagram = { ...instagram, kind: 'feed', altTexts: true, comments: true, fetched: true } as const;
const instagramStory = { ...instagram, ...story, form: 'instagram-story', mayStay: true } as const;

/** Every kind of post that is tried: another one is another row. */
export const kinds: readonly KindOfPost[] = [
  { name: 'text', ...post, files: [0, 0], sorts: [], calls: plain },
  { name: 'link', ...post, files: [0, 0], sorts: [], link: true, calls: plain },
  { name: 'photo', ...photos, ...alone },
  { name: 'album', ...photos, files: [2, 4] },
  { name: 'video', ...page, ...alone, kind: 'feed', form: 'page-video', sorts: ['wide'], comments: true, calls: video },
  { name: 'reel', ...page, ...alone, kind: 'reel', form: 'page-reel', sorts: ['upright'], comments: true, calls: reel },
  { name: 'photo story', ...page, ...story, form: 'page-photo-story', sorts: ['picture'], calls: photoStory },
  { name: 'video story', ...page, ...story, form: 'page-video-story', sorts: ['upright'], calls: videoStory },
  { name: 'instagram image', ...onInstagram, ...alone, form: 'instagram-image', sorts: ['picture'], calls: image },
  {
    ...{ name: 'instagram carousel', ...onInstagram, form: 'instagram-carousel', files: [2, 4] },
    ...{ sorts: ['picture', 'picture', 'upright'], calls: { ...image, ...sent } },
  },
  {
    ...{ name: 'instagram reel', ...instagram, ...alone, kind: 'reel', form: 'instagram-reel', sorts: ['upright'] },
    ...{ comments: true, mayStay: true, calls: { ...image, ...sent } },
  },
  { name: 'instagram image story', ...instagramStory, fetched: true, sorts: ['picture'], calls: imageStory },
  { name: 'instagram film story', ...instagramStory, sorts: ['upright'], calls: { ...imageStory, ...sent } },
];

export function kindNamed(name: string): KindOfPost {
  const found = kinds.find((kind) => kind.name === name);
  if (!found) throw new Error(`There is no kind of post called ${name}`);
  return found;
}
