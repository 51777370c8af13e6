import { eventually } from '../stack/eventually.ts';
import type { SimulatorAdmin } from '../stack/simulator.ts';

export interface Lateness {
  p50: number;
  p99: number;
  max: number;
}

interface Live {
  id: string;
  words: string | null;
  publishedAtMs: number;
  /** How often it became visible. */
  publications: number;
}

interface Shown {
  id: string;
  isPublished: boolean;
  publishedAt: string | null;
}

interface Truth {
  posts: (Shown & { message: string | null; publications: number })[];
  media: (Shown & { caption: string | null })[];
}

const usuallyMs = 300_000;
/** Of one post, where they are more than this machine gets ready before their instant. */
const latestEachMs = 150;

/** What visitors of Pages and Instagram accounts see. */
export async function livePosts(simulator: SimulatorAdmin): Promise<Live[]> {
  const { posts, media } = await simulator.truth<Truth>();
  const ofPages = posts.map(({ message, ...post }) => ({ ...post, words: message }));
  const onInstagram = media.map(({ caption, ...one }) => ({ ...one, words: caption, publications: 1 }));
  return [...ofPages, ...onInstagram]
    .filter(({ isPublished }) => isPublished)
    .map(({ publishedAt, id, words, publications }) => ({
      ...{ id, words, publications },
      publishedAtMs: Date.parse(publishedAt ?? ''),
    }));
}

/** Waits until all of these are live, and says how long after their time each became so, by Meta's clock. */
export async function lateness(
  simulator: SimulatorAdmin,
  posts: { isOurs(post: Live): boolean; count: number; dueAtMs: number },
): Promise<Lateness> {
  const live = await eventually(
    async () => {
      const found = (await livePosts(simulator)).filter(posts.isOurs);
      if (found.length < posts.count) throw new Error(`${found.length} of ${posts.count} are live`);
      return found;
    },
    { withinMs: Math.max(usuallyMs, posts.count * latestEachMs), everyMs: 2_000, what: 'all posts to be live' },
  );
  return spread(live.map(({ publishedAtMs }) => publishedAtMs - posts.dueAtMs));
}

function spread(values: number[]): Lateness {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
