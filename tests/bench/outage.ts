import { sql } from 'kysely';
import { connectControl } from '../../db/control/connect.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Crowd } from './crowd.ts';
import { promptKinds } from './kinds.ts';
import { lateness, livePosts } from './lateness.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

const outageMinutes = 60;

/**
 * Temporal is away for an hour, while people go on scheduling posts for that hour. How long after its return the last one is live, and whether
 * each is live once. The hour passes by setting back the times at which the posts are due.
 */
export const bench: Bench = (say, { posts }) =>
  withServers(async () => {
    const stack = await startStack({ temporal: 'own', env: { LOG_LEVEL: 'error' } });
    try {
      say('Connecting 100 accounts of 10 tenants …');
      const crowd = await Crowd.gather(stack, { tenants: 10, accounts: 100, kinds: promptKinds });
      await stack.processes.kill('temporal', 'SIGTERM');
      say(`Temporal is gone; scheduling ${posts} posts …`);
      const scheduled = await crowd.schedule(posts, new Date(Date.now() + 2 * outageMinutes * 60_000));
      await anHourPasses(stack);
      await stack.processes.start('temporal');
      const backAtMs = Date.now();
      say('Temporal is back …');
      const texts = new Set(scheduled.map(({ text }) => text));
      const isOurs = ({ words }: { words: string | null }) => texts.has(words ?? '');
      const afterReturnMs = await lateness(stack.simulator, { isOurs, count: posts, dueAtMs: backAtMs });
      const live = (await livePosts(stack.simulator)).filter(isOurs);
      const once = [...Map.groupBy(live, ({ words }) => words).values()].filter(({ length }) => length === 1);
      return {
        posts,
        publishedOnce: once.length,
        live: live.length,
        afterReturnMs,
        latestMs: outageMinutes * 60_000 + afterReturnMs.max,
      };
    } finally {
      await stack.stop();
    }
  });

/** Of each post, a moment of the hour that has just passed is when it was due. */
async function anHourPasses({ control }: Stack): Promise<void> {
  const owner = connectControl(control.ownerUrl, { maxConnections: 1 });
  try {
    await sql`
      update workflows set due_at = clock_timestamp() - random() * make_interval(mins => ${outageMinutes})
      where due_at > clock_timestamp()`.execute(owner);
  } finally {
    await owner.destroy();
  }
}
