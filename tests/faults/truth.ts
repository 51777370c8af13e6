import type { SimulatorAdmin } from '../stack/simulator.ts';
import type { Made } from './judge.ts';

interface Shown {
  sha256: string | null;
  altText: string | null;
}

interface TruePost {
  id: string;
  page: string;
  kind: string;
  message: string | null;
  link: string | null;
  photoIds: string[];
  media: Shown[];
  videoId: string | null;
  isPublished: boolean;
  publishedAt: string | null;
  publications: number;
}

interface Lying {
  id: string;
  createdAt: string;
  sha256: string | null;
}

interface TrueMedia {
  id: string;
  account: string;
  container: string | null;
  productType: string;
  caption: string | null;
  media: Shown[];
  options: Record<string, unknown>;
  isPublished: boolean;
  publishedAt: string;
}

interface Truth {
  posts: TruePost[];
  photos: Lying[];
  videos: Lying[];
  containers: Lying[];
  media: TrueMedia[];
  comments: { object: string; message: string }[];
}

/** By what all that was made for a post is found. */
export interface Sought {
  /** Begins its text. */
  mark: string;
  /** What nothing is written on is known by where it was made, and when that was begun. */
  wordless: boolean;
  accounts: readonly string[];
  /** What another one shows that was made there at the same time. */
  notFiles: ReadonlySet<number>;
  fromMs: number;
  untilMs: number;
}

type Origin = Omit<Sought, 'accounts' | 'notFiles' | 'fromMs' | 'untilMs'> & {
  account: string;
  begunAtMs: number;
  made: Made;
};

/** Everything that was ever made at Meta for a post. */
export async function everMade(
  simulator: SimulatorAdmin,
  fileOf: (sha256: string | null) => number | undefined,
): Promise<(sought: Sought) => Made[]> {
  const truth = await simulator.truth<Truth>();
  const lying = new Map([...truth.photos, ...truth.videos, ...truth.containers].map((one) => [one.id, one]));
  const comments = Map.groupBy(truth.comments, ({ object }) => object);
  const begunAtMs = (id: string | null | undefined) => Date.parse(lying.get(id ?? '')?.createdAt ?? '');
  const shown = (media: readonly Shown[]) => media.map(({ sha256, altText }) => ({ file: fileOf(sha256), altText }));
  const said = (id: string) => (comments.get(id) ?? []).map(({ message }) => message);
  const all: Origin[] = [
    ...truth.posts.map((post) => ({
      ...{ mark: markIn(post.message), wordless: post.kind === 'story', account: post.page },
      begunAtMs: begunAtMs(post.videoId ?? post.photoIds[0]),
      made: {
        ...{ text: post.message, link: post.link, comments: said(post.id), options: {} },
        files: shown(post.videoId ? [{ sha256: lying.get(post.videoId)?.sha256 ?? null, altText: null }] : post.media),
        ...{ live: post.isPublished, publications: post.publications, visibleAtMs: instant(post.publishedAt) },
      },
    })),
    ...truth.media.map((media) => ({
      ...{ mark: markIn(media.caption), wordless: media.productType === 'STORY', account: media.account },
      begunAtMs: begunAtMs(media.container),
      made: {
        ...{ text: media.caption, link: null, comments: said(media.id), files: shown(media.media) },
        options: media.options,
        ...{ live: media.isPublished, publications: 1, visibleAtMs: instant(media.publishedAt) },
      },
    })),
  ];
  return ({ mark, wordless, accounts, notFiles, fromMs, untilMs }) =>
    all
      .filter((one) =>
        wordless
          ? one.wordless &&
            accounts.includes(one.account) &&
            one.begunAtMs >= fromMs &&
            one.begunAtMs < untilMs &&
            !one.made.files.some(({ file }) => file !== undefined && notFiles.has(file))
          : one.mark === mark,
      )
      .map(({ made }) => made);
}

const instant = (iso: string | null) => (iso === null ? null : Date.parse(iso));

/** Begins every text of a run; `take` tells repetitions of the same run apart. */
export const markOf = (seed: number, run: number, take: number): string => `Post ${seed}/${run}/${take}:`;

const markIn = (text: string | null): string => /^Post \S+:/.exec(text ?? '')?.[0] ?? '';
