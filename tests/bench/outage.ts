import { sql } from 'kysely';
import { connectControl } from '../../db/control/connect.ts';
import { isOpen } from '../../db/tenant/targets/states.ts';
import { runningIds } from '../../workers/reconcile.ts';
import { parseId } from '../../workflows/ids.ts';
import { asWorker, withTemporal } from '../stack/as-worker.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { Crowd } from './crowd.ts';
import { promptKinds } from './kinds.ts';
import { lateness, livePosts } from './lateness.ts';
import { judged } from './missed.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

const outageMinutes = 60;
const settledWithinMs = 300_000;

/**
 * Temporal is away for an hour, while people go on scheduling posts for that hour. How long after its return the last one is live, and whether
 * each was published once when nothing is left to be done. The hour passes by setting back the times at which the posts are due.
 */
export const bench: Bench = (say, { posts = 1_000 }) =>
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
      say('All are live; waiting until nothing is left to be done …');
      const states = await settled(stack);
      const live = (await livePosts(stack.simulator)).filter(isOurs);
      const times = Map.groupBy(live, ({ words }) => words ?? '');
      const often = (text: string) => (times.get(text) ?? []).reduce((sum, { publications }) => sum + publications, 0);
      const notOnce = [...texts].filter((text) => often(text) !== 1);
      const others = states.filter((state) => state !== 'published');
      const figures = {
        ...{ posts, publishedOnce: posts - notOnce.length, live: live.length, afterReturnMs, outageMinutes },
        // From when the first of them may have been due, by the clock that was set back.
        latestMsWithTheOutage: outageMinutes * 60_000 + afterReturnMs.max,
      };
      return judged(figures, [
        ...notOnce.map((text) => `"${text}" was published ${often(text)} times.`),
        ...others.map((state) => `One that is live is ${state} here.`),
      ]);
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

/** Waits until no workflow of a post is alive, nor wanted. @returns the states of all posts */
async function settled(stack: Stack): Promise<string[]> {
  const { control } = stack.control;
  const look = async () => {
    const entries = await control.selectFrom('workflows').select('id').where('id', 'like', 'publish:%').execute();
    const running = await withTemporal(stack, runningIds);
    const alive = [...entries.map(({ id }) => id), ...running].filter((id) => parseId(id)?.kind === 'publish').length;
    const states = (await asWorker(stack, (db) => db.selectFrom('targets').select('state').execute())).flat();
    if (alive || states.some(({ state }) => isOpen(state))) throw new Error(`${alive} workflows are alive or wanted`);
    return states.map(({ state }) => state);
  };
  return eventually(look, { withinMs: settledWithinMs, everyMs: 2_000, what: 'nothing to be left to be done' });
}
