import type { Form, Kind } from '../../meta/kinds.ts';

/** The names of the calls at Meta, as the simulator knows them, by what they are to a post. */
export interface Calls {
  /** Invisible; may be made again. */
  prepare: readonly string[];
  /** Makes it public. */
  commit: string;
  /** Tells what became of it. */
  look: readonly string[];
}

export interface KindOfPost {
  name: string;
  platform: 'facebook' | 'instagram';
  kind: Kind;
  form: Form;
  /** How many of them, at least and at most. */
  pictures: readonly [number, number];
  link?: true;
  calls: Calls;
}

const plain: Calls = { prepare: ['createPost'], commit: 'publish', look: ['readPost'] };
const withPhotos: Calls = { ...plain, prepare: ['uploadPhoto', 'createPost'] };
const onPage = { platform: 'facebook', kind: 'feed', form: 'page-post' } as const;

/** Every kind of post that is tried: another one is another row. */
export const kinds: readonly KindOfPost[] = [
  { name: 'text', ...onPage, pictures: [0, 0], calls: plain },
  { name: 'link', ...onPage, pictures: [0, 0], link: true, calls: plain },
  { name: 'photo', ...onPage, pictures: [1, 1], calls: withPhotos },
  { name: 'album', ...onPage, pictures: [2, 4], calls: withPhotos },
];

export function kindNamed(name: string): KindOfPost {
  const found = kinds.find((kind) => kind.name === name);
  if (!found) throw new Error(`There is no kind of post called ${name}`);
  return found;
}
