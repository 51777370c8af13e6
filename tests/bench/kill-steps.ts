import type { Form } from '../../meta/kinds.ts';

/** At which moment of a post's life the worker is killed, and what Meta has done by then. */
export interface KillStep {
  step: string;
  form: Form;
  /** Meta did what it was asked for; the worker died before it heard of it. */
  done: boolean;
  /** The call that Meta is slow to answer, so that it is under way when the worker dies. */
  slow?: string;
  /** How long it takes, where the worker is to live on after it; otherwise it is under way for ever. */
  slowMs?: number;
  /** A call before it whose answer is lost. */
  lost?: string;
  /** A row that somebody else holds, from when the slow call is under way if there is one: what is written to it is under way when the worker dies. */
  holds?: HeldRowOf;
  /** What came of that: PostgreSQL wrote it for nobody, or did not. */
  isWritten?: boolean;
  /** When it is due, after the instant at which most are; otherwise it is made just before that, and due at once. */
  dueAfterMs?: number;
  /** It is published before everything else. */
  isLive?: true;
  /** It is canceled, or deleted at Meta, just before that instant. */
  isRemoved?: true;
  firstComment?: string;
  /** It is about what is left to be done when the post has come to its end. */
  isAfterwards?: true;
  /** Its address is found out after it is published. */
  isLinked?: true;
}

/** Of a target: what became of it; or its entry among what should be alive, which is claimed and struck off. */
export type HeldRowOf = 'target' | 'entry';

const page = { form: 'page-post', done: true } as const;
const image = { form: 'instagram-image', done: true } as const;

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

/** Long enough that its entry is held before it is struck off. */
const leavesAfterMs = 5_000;

export const killSteps: readonly KillStep[] = [
  { ...page, step: 'photo upload', done: false, slow: 'uploadPhoto' },
  { step: 'video upload', form: 'page-reel', done: false, slow: 'reelUpload' },
  { ...image, step: 'container', slow: 'createContainer' },
  { ...page, step: 'draft', slow: 'createPost' },
  { ...image, step: 'container status', done: false, slow: 'readContainer' },
  { ...page, step: 'parked', done: false, dueAfterMs: 12_000 },
  // The last of what claims: while its claim is held, no other can claim.
  { ...image, step: 'between claim and call', done: false, dueAfterMs: 4_000, holds: 'entry', isWritten: true },
  ...duringCommits,
  ...[true, false].map((isWritten) => ({
    ...{ ...page, step: 'outcome', dueAfterMs: 0, holds: 'target' as const, isWritten },
  })),
  { ...page, step: 'witness look', lost: 'publish', slow: 'readPost', dueAfterMs: 0 },
  { ...image, step: 'binding', lost: 'publishContainer', slow: 'listMedia', dueAfterMs: 0, isLinked: true },
  { ...image, step: 'permalink', slow: 'readMedia', dueAfterMs: 0, isAfterwards: true, isLinked: true },
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'first comment', done, slow: 'comment', dueAfterMs: 0, firstComment: 'First' },
    isAfterwards: true as const,
  })),
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'leftovers', done, slow: 'deletePost', dueAfterMs: 25_000, isRemoved: true as const },
    isAfterwards: true as const,
  })),
  ...[true, false].map((done) => ({
    ...{ ...page, step: 'delete', done, slow: 'deletePost', isLive: true as const, isRemoved: true as const },
  })),
  ...[true, false].map((isWritten) => ({
    ...{ ...image, step: 'leaving', slow: 'readMedia', slowMs: leavesAfterMs, dueAfterMs: 0 },
    ...{ holds: 'entry' as const, isWritten, isAfterwards: true as const, isLinked: true as const },
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
