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
import { countStatements, statementCounter, statements } from './statements.ts';
import { type Span, throughput } from './throughput.ts';
import { transactions } from './transactions.ts';
import { withServers } from './with-servers.ts';

/** So long after the last of them what was counted has been reported. */
const settleMs = 3_000;

/** What slows a machine down for a while falls on both when they take turns. */
const turns = 4;

interface Turn extends Span {
  cpuMs: number;
}

interface OurTurn extends Turn {
  transactions: number;
  graphCalls: number;
}

/**
 * How many posts that are due now one worker publishes in a second, and how many workflows of the same numbers of activities that do nothing, in
 * turns: in each, all of them wait in Temporal before the worker starts.
 */
export const bench: Bench = (...asked) => withServers(() => measure(...asked), { library: statementCounter });

const measure: Bench = async (say, { posts }) => {
  const stack = await startStack({ env: { LOG_LEVEL: 'error' } });
  try {
    say('Connecting 80 accounts of 4 tenants …');
    const crowd = await Crowd.gather(stack, { tenants: 4, accounts: 80, kinds: allKinds });
    await stack.processes.kill('worker', 'SIGTERM');
    await countStatements(false);
    return await withTemporal(stack, async (client) => {
      const [ours, bare, histories]: [OurTurn[], Turn[], Counts[]] = [[], [], []];
      for (let turn = 1; turn <= turns; turn++) {
        const [before, share] = [histories.length, Math.round((posts * turn) / turns) - histories.length];
        const began = new Date();
        say(`Turn ${turn} of ${turns}: ${share} posts wait for a worker …`);
        await crowd.schedule(share);
        ours.push(await measureOurs(stack, client, share, before));
        const these = await readHistories(client, began);
        if (these.length !== share) throw new Error(`${these.length} of ${share} workflows can be read`);
        histories.push(...these);
        bare.push(await measureBare(stack, client, these, before));
        say(`${perSecond(ours.slice(-1))} posts a second, ${perSecond(bare.slice(-1))} workflows that do nothing`);
      }
      const more = Math.round(posts / turns);
      say(`Counting the SQL statements of ${more} more …`);
      await crowd.schedule(more);
      const counted = await statementsOf(stack, client, more, posts);
      const { length: live } = await livePosts(stack.simulator);
      if (live !== posts + more) throw new Error(`${live} of ${posts + more} posts are live`);
      const aPost = (sum: number) => round(sum / posts);
      return {
        posts,
        postsPerSecond: perSecond(ours),
        bareWorkflowsPerSecond: perSecond(bare),
        ratio: round(perSecond(ours) / perSecond(bare)),
        turns: ours.map((one, n) => round(perSecond([one]) / perSecond(bare.slice(n, n + 1)))),
        perPost: {
          workerCpuMs: aPost(sumOf(ours, 'cpuMs')),
          bareCpuMs: aPost(sumOf(bare, 'cpuMs')),
          activities: aPost(sumOf(histories, 'activities')),
          localAmongThem: aPost(sumOf(histories, 'local')),
          temporalActions: aPost(sumOf(histories, 'actions')),
          sqlTransactions: aPost(sumOf(ours, 'transactions')),
          sqlStatements: round(counted / more),
          graphCalls: aPost(sumOf(ours, 'graphCalls')),
        },
      };
    });
  } finally {
    await stack.stop();
  }
};

async function measureOurs(stack: Stack, client: Client, posts: number, before: number): Promise<OurTurn> {
  await forgetCalls(stack.simulator);
  const transactionsBefore = await transactions(stack.control.ownerUrl);
  await stack.processes.start('worker');
  const ticksBefore = ticks(stack.processes.pid('worker'));
  const span = await throughput(client, 'publish', posts, before);
  await sleep(settleMs);
  const cpuMs = millisecondsOf(ticks(stack.processes.pid('worker')) - ticksBefore);
  const graphCalls = Object.values(await callsMade(stack.simulator)).reduce((sum, count) => sum + count, 0);
  const ended = (await transactions(stack.control.ownerUrl)) - transactionsBefore;
  await stack.processes.kill('worker', 'SIGTERM');
  return { ...span, cpuMs, transactions: ended, graphCalls };
}

/** In a turn of its own, since counting takes time too. */
async function statementsOf({ processes }: Stack, client: Client, posts: number, before: number): Promise<number> {
  await countStatements(true);
  const countedBefore = await statements();
  await processes.start('worker');
  await throughput(client, 'publish', posts, before);
  const counted = (await statements()) - countedBefore;
  await processes.kill('worker', 'SIGTERM');
  return counted;
}

/** @param before how many of them ended in the turns before */
async function measureBare({ env }: Stack, client: Client, as: Counts[], before: number): Promise<Turn> {
  for (const [n, { activities }] of as.entries())
    await client.workflow.start('steps', { workflowId: `bare-${before + n}`, taskQueue: 'bare', args: [activities] });
  const worker = await forkMeasured('bare-worker.ts', env.worker);
  try {
    const ticksBefore = ticks(worker.pid);
    const span = await throughput(client, 'steps', as.length, before);
    return { ...span, cpuMs: millisecondsOf(ticks(worker.pid) - ticksBefore) };
  } finally {
    worker.kill('SIGKILL');
  }
}

interface Counts {
  activities: number;
  local: number;
  /** What Temporal would bill. */
  actions: number;
}

/** Of each post whose workflow has begun since. */
async function readHistories(client: Client, since: Date): Promise<Counts[]> {
  const counts: Counts[] = [];
  const query = `WorkflowType = "publish" AND StartTime >= "${since.toISOString()}"`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    const events = history.events ?? [];
    const local = events.filter(isLocalActivity).length;
    const others = events.filter((one) => one.activityTaskScheduledEventAttributes).length;
    counts.push({ activities: others + local, local, actions: actionsOf(history) });
  }
  return counts;
}

const ticks = (pid = 0) => processTree(pid).reduce((sum, process) => sum + process.ticks, 0);
const millisecondsOf = (spent: number) => (spent * 1_000) / ticksPerSecond();
const sumOf = <Key extends string>(all: readonly Record<Key, number>[], key: Key) =>
  all.reduce((sum, one) => sum + one[key], 0);
const perSecond = (spans: Span[]) => round((sumOf(spans, 'ended') * 1_000) / sumOf(spans, 'ms'));
const round = (value: number) => Number(value.toFixed(2));
