import type { Kind } from '../../meta/kinds.ts';

/** A film that is `upright` may be a reel, one that is `wide` may not. */
export type File = 'picture' | 'upright' | 'wide';

export interface PostKind {
  name: string;
  platform: 'facebook' | 'instagram';
  kind: Kind;
  files: readonly File[];
}

const page = { platform: 'facebook', kind: 'feed' } as const;
const instagram = { platform: 'instagram', kind: 'feed' } as const;

/** Everything of it that is public is so at the instant of the call. */
export const promptKinds: readonly PostKind[] = [
  { name: 'text', ...page, files: [] },
  { name: 'photo', ...page, files: ['picture'] },
  { name: 'album', ...page, files: ['picture', 'picture', 'picture'] },
  { name: 'image', ...instagram, files: ['picture'] },
  { name: 'carousel', ...instagram, files: ['picture', 'picture'] },
];

export const allKinds: readonly PostKind[] = [
  ...promptKinds,
  { name: 'video', ...page, files: ['wide'] },
  { name: 'reel', ...page, kind: 'reel', files: ['upright'] },
  { name: 'photo story', ...page, kind: 'story', files: ['picture'] },
  { name: 'video story', ...page, kind: 'story', files: ['upright'] },
  { name: 'mixed carousel', ...instagram, files: ['picture', 'upright'] },
  { name: 'reel on Instagram', ...instagram, kind: 'reel', files: ['upright'] },
  { name: 'image story', ...instagram, kind: 'story', files: ['picture'] },
  { name: 'film story', ...instagram, kind: 'story', files: ['upright'] },
];
