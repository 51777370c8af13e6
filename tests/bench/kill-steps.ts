import type { Form } from '../../meta/kinds.ts';

/** At which moment of a post's life the worker is killed, and what Meta has done by then. */
export interface KillStep {
  step: string;
  form: Form;
  /** Meta did what it was asked for; the worker died before it heard of it. */
  done: boolean;
  /** The call that Meta is slow to answer, so that it is under way when the worker dies. */
  slow?: string;
  /** A call before it whose answer is lost. */
  lost?: string;
  /** When it is due, after the instant at which most are; otherwise it is made just before that, and due at once. */
  dueAfterMs?: number;
  /** It is published before everything else. */
  isLive?: true;
  /** It is canceled, or deleted at Meta, just before that instant. */
  isRemoved?: true;
  firstComment?: string;
}

/** The last of what claims: its claim is held, and no other can claim meanwhile. */
export const claimStep = 'between claim and call';

const page = { form: 'page-post', done: true } as const;

/** The call that makes a post of each form public. */
const commits: Partial<Record<Form, string>> = {
  'page-post': 'publish',
  'page-video': 'videoFinish',
  'page-reel': 'reelFinish',
  'page-photo-story': 'photoStory',
  'page-video-story': 'videoStoryFinish',
  'instagram-image': 'publishContainer',
  'instagram-carousel': 'publishContainer',
  'instagram-reel': 'publishContainer',
  'instagram-story': 'publishContainer',
};

const duringCommits = Object.entries(commits).flatMap(([form, slow]) =>
  [true, false].map((done) => ({ step: 'commit call', form: form as Form, done, slow, dueAfterMs: 0 })),
);

export const killSteps: readonly KillStep[] = [
  { ...page, step: 'photo upload', done: false, slow: 'uploadPhoto' },
  { step: 'video upload', form: 'page-reel', done: false, slow: 'reelUpload' },
  { step: 'container', form: 'instagram-image', done: true, slow: 'createContainer' },
  { ...page, step: 'draft', slow: 'createPost' },
  { ...page, step: 'parked', done: false, dueAfterMs: 12_000 },
  { step: claimStep, form: 'instagram-image', done: false, dueAfterMs: 4_000 },
  ...duringCommits,
  { ...page, step: 'witness look', lost: 'publish', slow: 'readPost', dueAfterMs: 0 },
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'first comment', done, slow: 'comment', dueAfterMs: 0, firstComment: 'First' },
  })),
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'leftovers', done, slow: 'deletePost', dueAfterMs: 25_000, isRemoved: true as const },
  })),
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'delete', done, slow: 'deletePost', isLive: true as const, isRemoved: true as const },
  })),
];

export const isOnInstagram = ({ form }: Pick<KillStep, 'form'>): boolean => form.startsWith('instagram-');

type File = 'photo' | 'upright' | 'wide';

/** What is uploaded for a post of each form, and as which kind it is scheduled. */
export const contents: Partial<Record<Form, { kind: 'feed' | 'reel' | 'story'; files: readonly File[] }>> = {
  'page-post': { kind: 'feed', files: ['photo'] },
  'page-video': { kind: 'feed', files: ['wide'] },
  'page-reel': { kind: 'reel', files: ['upright'] },
  'page-photo-story': { kind: 'story', files: ['photo'] },
  'page-video-story': { kind: 'story', files: ['upright'] },
  'instagram-image': { kind: 'feed', files: ['photo'] },
  'instagram-carousel': { kind: 'feed', files: ['photo', 'upright'] },
  'instagram-reel': { kind: 'reel', files: ['upright'] },
  'instagram-story': { kind: 'story', files: ['photo'] },
};
