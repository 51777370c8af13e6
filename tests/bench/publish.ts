import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { callsMade, forgetCalls } from '../connection/person.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { actionsOf, isLocalActivity } from './actions.ts';
import { Crowd } from './crowd.ts';
import { allKinds } from './kinds.ts';
import { livePosts } from './lateness.ts';
import { forkMeasured } from './per-workflow.ts';
import { processTree, ticksPerSecond } from './process-tree.ts';
import type { Bench } from './run.ts';
import { throughput } from './throughput.ts';
import { transactions } from './transactions.ts';
import { withServers } from './with-servers.ts';

/** So long after the last of them what was counted has been reported. */
const settleMs = 3_000;

interface Ours {
  perSecond: number;
  cpuMs: number;
  transactions: number;
  graphCalls: number;
}

/**
 * How many posts that are due now one worker publishes in a second, and how many workflows of the same numbers of activities that do nothing: all
 * of them wait in Temporal before the worker starts.
 */
export const bench: Bench = (say, { posts }) =>
  withServers(async () => {
    const stack = await startStack({ env: { LOG_LEVEL: 'error' } });
    try {
      say('Connecting 80 accounts of 4 tenants …');
      const crowd = await Crowd.gather(stack, { tenants: 4, accounts: 80, kinds: allKinds });
      await stack.processes.kill('worker', 'SIGTERM');
      await crowd.schedule(posts);
      say(`${posts} posts wait for a worker …`);
      return await withTemporal(stack, async (client) => {
        const ours = await measureOurs(stack, client, posts);
        const { length: live } = await livePosts(stack.simulator);
        if (live !== posts) throw new Error(`${live} of ${posts} posts are live`);
        say(`${ours.perSecond.toFixed(1)} posts a second; workflows that do nothing …`);
        const histories = await readHistories(client);
        const bare = await measureBare(stack, client, histories.activities);
        return {
          posts,
          postsPerSecond: round(ours.perSecond),
          bareWorkflowsPerSecond: round(bare.perSecond),
          ratio: round(ours.perSecond / bare.perSecond),
          perPost: {
            workerCpuMs: round(ours.cpuMs),
            bareCpuMs: round(bare.cpuMs),
            activities: round(mean(histories.activities)),
            localAmongThem: round(mean(histories.local)),
            temporalActions: round(mean(histories.actions)),
            sqlTransactions: round(ours.transactions),
            graphCalls: round(ours.graphCalls),
          },
        };
      });
    } finally {
      await stack.stop();
    }
  });

async function measureOurs(stack: Stack, client: Client, posts: number): Promise<Ours> {
  await forgetCalls(stack.simulator);
  const transactionsBefore = await transactions(stack.control.ownerUrl);
  await stack.processes.start('worker');
  const ticksBefore = ticks(stack.processes.pid('worker'));
  const perSecond = await throughput(client, 'publish', posts);
  await sleep(settleMs);
  const cpuMs = millisecondsOf(ticks(stack.processes.pid('worker')) - ticksBefore) / posts;
  const calls = Object.values(await callsMade(stack.simulator)).reduce((sum, count) => sum + count, 0);
  const ended = (await transactions(stack.control.ownerUrl)) - transactionsBefore;
  await stack.processes.kill('worker', 'SIGTERM');
  return { perSecond, cpuMs, transactions: ended / posts, graphCalls: calls / posts };
}

async function measureBare(
  { env }: Stack,
  client: Client,
  activities: number[],
): Promise<{ perSecond: number; cpuMs: number }> {
  for (const [n, count] of activities.entries())
    await client.workflow.start('steps', { workflowId: `bare-${n}`, taskQueue: 'bare', args: [count] });
  const worker = await forkMeasured('bare-worker.ts', env.worker);
  try {
    const ticksBefore = ticks(worker.pid);
    const perSecond = await throughput(client, 'steps', activities.length);
    return { perSecond, cpuMs: millisecondsOf(ticks(worker.pid) - ticksBefore) / activities.length };
  } finally {
    worker.kill('SIGKILL');
  }
}

/** Of each post: how many activities it had, how many of them local, and what Temporal would bill. */
async function readHistories(client: Client): Promise<Record<'activities' | 'local' | 'actions', number[]>> {
  const activities: number[] = [];
  const local: number[] = [];
  const actions: number[] = [];
  for await (const { workflowId } of client.workflow.list({ query: 'WorkflowType = "publish"' })) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    const events = history.events ?? [];
    local.push(events.filter(isLocalActivity).length);
    activities.push(events.filter((one) => one.activityTaskScheduledEventAttributes || isLocalActivity(one)).length);
    actions.push(actionsOf(history));
  }
  return { activities, local, actions };
}

const ticks = (pid = 0) => processTree(pid).reduce((sum, process) => sum + process.ticks, 0);
const millisecondsOf = (spent: number) => (spent * 1_000) / ticksPerSecond();
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number) => Number(value.toFixed(2));
