import { setTimeout as sleep } from 'node:timers/promises';
import { type Stack, startStack } from '../stack/stack.ts';
import { Crowd } from './crowd.ts';
import { measureFloor } from './floor.ts';
import { promptKinds } from './kinds.ts';
import { type Lateness, lateness } from './lateness.ts';
import { measurePeers } from './peers.ts';
import type { Bench } from './run.ts';
import { withServers } from './with-servers.ts';

/** What Meta takes to answer; the post is live when it answers. */
const answerMs = 100;
/** Of scheduling and preparing one post, on a machine with other work. */
const eachMs = 150;
const accounts = 500;
/** The earliest that a workflow wakes before its time. */
const longestLeadMs = 150_000;
/** So long before the instant the simulator is given something to do: for peers, whose drafts are made just before theirs, it is warm as well. */
const warmBeforeMs = 60_000;
const warmingCalls = 1_000;
/** Before the instant nobody may ask for anything any more. */
const quietMs = 5_000;

/**
 * How late posts of one second are that many tenants have scheduled, and how late the same calls are of two job queues on PostgreSQL, and of a
 * client that does nothing else.
 */
export const bench: Bench = (say, { posts = 1_000 }) =>
  withServers(async () => {
    // More tenants are in use within a minute than a worker's default connections are for; a line of log for each call would cost the simulator more than the call.
    const stack = await startStack({ env: { TENANT_CONNECTIONS: '60', LOG_LEVEL: 'error' } });
    try {
      say(`Connecting ${accounts} accounts of 20 tenants …`);
      const crowd = await Crowd.gather(stack, { tenants: 20, accounts, kinds: promptKinds });
      for (const call of ['publish', 'publishContainer'])
        await stack.simulator.fault({ call, then: 'slow', delayMs: answerMs, times: 'always' });
      // Twice: the first time makes the simulator as fast as it is for whoever comes after.
      await measureFloor(stack, { posts, accounts });
      const floor = async () => {
        const lateMs = await measureFloor(stack, { posts, accounts });
        say(`The floor: late by ${JSON.stringify(lateMs)} ms.`);
        return lateMs;
      };
      // On both sides of ours, since some machines are slower by half from one minute to the next.
      const before = await floor();
      const { parked, lateMs } = await measureOurs(stack, crowd, posts, say);
      const after = await floor();
      await stack.processes.kill('worker', 'SIGTERM');
      await stack.processes.kill('api', 'SIGTERM');
      const peers = await measurePeers(stack, { posts, accounts }, say);
      return { posts, parked, lateMs, floor: { before, after }, peers };
    } finally {
      await stack.stop();
    }
  });

async function measureOurs(
  stack: Stack,
  crowd: Crowd,
  posts: number,
  say: (line: string) => void,
): Promise<{ parked: number; lateMs: Lateness }> {
  const dueAtMs = Math.ceil((Date.now() + longestLeadMs + posts * eachMs) / 1_000) * 1_000;
  const scheduled = await crowd.schedule(posts, new Date(dueAtMs));
  const texts = new Set(scheduled.map(({ text }) => text));
  say(`${posts} posts are scheduled; they are due in ${Math.round((dueAtMs - Date.now()) / 1_000)} s …`);
  await sleep(dueAtMs - Date.now() - warmBeforeMs);
  await measureFloor(stack, { posts: warmingCalls, accounts });
  if (Date.now() > dueAtMs - quietMs)
    throw new Error('The machine is too slow: it was still being warmed when the posts were due');
  // Nobody may ask the worker for anything while it publishes.
  await sleep(dueAtMs - Date.now() - 2_000);
  const parked = await parkedCommits(stack);
  await sleep(dueAtMs - Date.now() + 5_000 + posts);
  const isOurs = ({ words }: { words: string | null }) => texts.has(words ?? '');
  const lateMs = await lateness(stack.simulator, { isOurs, count: posts, dueAtMs });
  say(`${parked} were parked; late by ${JSON.stringify(lateMs)} ms.`);
  return { parked, lateMs };
}

async function parkedCommits({ urls }: Stack): Promise<number> {
  const metrics = await (await fetch(`${urls.worker}/metrics`)).text();
  return Number(/^quixess_parked_commits (\d+)/m.exec(metrics)?.[1]);
}
