export interface PostKind {
  name: string;
  platform: 'facebook' | 'instagram';
  photos: number;
}

/** What is published, each kind in turn. */
export const postKinds: readonly PostKind[] = [
  { name: 'text', platform: 'facebook', photos: 0 },
  { name: 'photo', platform: 'facebook', photos: 1 },
  { name: 'album', platform: 'facebook', photos: 3 },
];
