import type { Truth } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import type { SimulatorAdmin } from '../stack/simulator.ts';

export interface Lateness {
  p50: number;
  p99: number;
  max: number;
}

type TruePost = Truth['posts'][number];

/** Waits until all of these are live, and says how long after their time each became so: what Meta's visitors see, by Meta's clock. */
export async function lateness(
  simulator: SimulatorAdmin,
  posts: { isOurs(post: TruePost): boolean; count: number; dueAtMs: number },
): Promise<Lateness> {
  const live = await eventually(
    async () => {
      const truth = await simulator.truth<Truth>();
      const found = truth.posts.filter((post) => post.isPublished && posts.isOurs(post));
      if (found.length < posts.count) throw new Error(`${found.length} of ${posts.count} are live`);
      return found;
    },
    { withinMs: 300_000, everyMs: 2_000, what: 'all posts to be live' },
  );
  return spread(live.map(({ publishedAt }) => Date.parse(publishedAt ?? '') - posts.dueAtMs));
}

function spread(values: number[]): Lateness {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
