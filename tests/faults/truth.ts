import type { SimulatorAdmin } from '../stack/simulator.ts';
import type { Made } from './judge.ts';
import { pictureOfSize } from './pictures.ts';

interface TruePost {
  message: string | null;
  link: string | null;
  photoIds: string[];
  isPublished: boolean;
  publishedAt: string | null;
  publications: number;
}

interface TruePhoto {
  id: string;
  altText: string | null;
  width: number;
  height: number;
}

/** Everything that was ever made at Meta, by the mark that its text begins with. */
export async function everMade(simulator: SimulatorAdmin): Promise<(mark: string) => Made[]> {
  const { posts, photos } = await simulator.truth<{ posts: TruePost[]; photos: TruePhoto[] }>();
  const photoById = new Map(photos.map((photo) => [photo.id, photo]));
  const pictureOf = (id: string) => {
    const photo = photoById.get(id);
    return { picture: photo && pictureOfSize(photo.width, photo.height), altText: photo?.altText ?? null };
  };
  const byMark = Map.groupBy(posts, ({ message }) => markIn(message));
  return (mark) =>
    (byMark.get(mark) ?? []).map((post) => ({
      text: post.message,
      link: post.link,
      pictures: post.photoIds.map(pictureOf),
      live: post.isPublished,
      publications: post.publications,
      visibleAtMs: post.publishedAt === null ? null : Date.parse(post.publishedAt),
    }));
}

/** Begins every text of a run; `take` tells repetitions of the same run apart. */
export const markOf = (seed: number, run: number, take: number): string => `Post ${seed}/${run}/${take}:`;

const markIn = (text: string | null): string => /^Post \S+:/.exec(text ?? '')?.[0] ?? '';
