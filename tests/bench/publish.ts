import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { callsMade, forgetCalls } from '../connection/person.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { actionsOf, isLocalActivity } from './actions.ts';
import { Crowd } from './crowd.ts';
import { noQuotas } from './drafts.ts';
import { allKinds } from './kinds.ts';
import { livePosts } from './lateness.ts';
import { forkMeasured } from './per-workflow.ts';
import { processTree, ticksPerSecond } from './process-tree.ts';
import type { Bench } from './run.ts';
import { countStatements, statementCounter, statements } from './statements.ts';
import { type Span, spanOf, untilEnded } from './throughput.ts';
import { transactions } from './transactions.ts';
import { withServers } from './with-servers.ts';

type History = temporal.api.history.v1.IHistory;

/** So long after the last of them what was counted has been reported. */
const settleMs = 3_000;

/** In turns of 500 posts that begin side by side most of the time is that of many at once. */
const defaultPosts = 2_000;
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

const measure: Bench = async (say, { posts = defaultPosts }) => {
  const stack = await startStack({ env: { LOG_LEVEL: 'error' } });
  try {
    await stack.simulator.switches(noQuotas);
    say('Connecting 80 accounts of 4 tenants …');
    const crowd = await Crowd.gather(stack, { tenants: 4, accounts: 80, kinds: allKinds });
    await stack.processes.kill('worker', 'SIGTERM');
    await countStatements(false);
    return await withTemporal(stack, async (client) => {
      const [ours, bare, counts]: [OurTurn[], Turn[], Counts[]] = [[], [], []];
      for (let turn = 1; turn <= turns; turn++) {
        const [before, share] = [counts.length, Math.round((posts * turn) / turns) - counts.length];
        say(`Turn ${turn} of ${turns}: ${share} posts wait for a worker …`);
        const began = new Date();
        await crowd.schedule(share);
        const { histories, ...measured } = await measureOurs(stack, client, began, { share, before });
        ours.push(measured);
        const these = histories.map(countsOf);
        counts.push(...these);
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
          activities: aPost(sumOf(counts, 'activities')),
          localAmongThem: aPost(sumOf(counts, 'local')),
          temporalActions: aPost(sumOf(counts, 'actions')),
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

async function measureOurs(
  stack: Stack,
  client: Client,
  began: Date,
  { share, before }: { share: number; before: number },
): Promise<OurTurn & { histories: History[] }> {
  await forgetCalls(stack.simulator);
  const transactionsBefore = await transactions(stack.control.ownerUrl);
  await stack.processes.start('worker');
  const ticksBefore = ticks(stack.processes.pid('worker'));
  await untilEnded(client, 'publish', before + share);
  await sleep(settleMs);
  const cpuMs = millisecondsOf(ticks(stack.processes.pid('worker')) - ticksBefore);
  const graphCalls = Object.values(await callsMade(stack.simulator)).reduce((sum, count) => sum + count, 0);
  const ended = (await transactions(stack.control.ownerUrl)) - transactionsBefore;
  await stack.processes.kill('worker', 'SIGTERM');
  const histories = await readHistories(client, 'publish', began);
  if (histories.length !== share) throw new Error(`${histories.length} of ${share} workflows can be read`);
  return { ...spanOf(histories), cpuMs, transactions: ended, graphCalls, histories };
}

/** In a turn of its own, since counting takes time too. */
async function statementsOf({ processes }: Stack, client: Client, posts: number, before: number): Promise<number> {
  await countStatements(true);
  const countedBefore = await statements();
  await processes.start('worker');
  await untilEnded(client, 'publish', before + posts);
  const counted = (await statements()) - countedBefore;
  await processes.kill('worker', 'SIGTERM');
  return counted;
}

/** @param before how many of them ended in the turns before */
async function measureBare({ env }: Stack, client: Client, as: Counts[], before: number): Promise<Turn> {
  const began = new Date();
  for (const [n, { activities }] of as.entries())
    await client.workflow.start('steps', { workflowId: `bare-${before + n}`, taskQueue: 'bare', args: [activities] });
  const worker = await forkMeasured('bare-worker.ts', env.worker);
  try {
    const ticksBefore = ticks(worker.pid);
    await untilEnded(client, 'steps', before + as.length);
    const cpuMs = millisecondsOf(ticks(worker.pid) - ticksBefore);
    return { ...spanOf(await readHistories(client, 'steps', began)), cpuMs };
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

/** Of each workflow of a type that has begun since. */
async function readHistories(client: Client, type: string, since: Date): Promise<History[]> {
  const histories: History[] = [];
  const query = `WorkflowType = "${type}" AND StartTime >= "${since.toISOString()}"`;
  for await (const { workflowId } of client.workflow.list({ query }))
    histories.push(await client.workflow.getHandle(workflowId).fetchHistory());
  return histories;
}

function countsOf(history: History): Counts {
  const events = history.events ?? [];
  const local = events.filter(isLocalActivity).length;
  const others = events.filter((one) => one.activityTaskScheduledEventAttributes).length;
  return { activities: others + local, local, actions: actionsOf(history) };
}

const ticks = (pid = 0) => processTree(pid).reduce((sum, process) => sum + process.ticks, 0);
const millisecondsOf = (spent: number) => (spent * 1_000) / ticksPerSecond();
const sumOf = <Key extends string>(all: readonly Record<Key, number>[], key: Key) =>
  all.reduce((sum, one) => sum + one[key], 0);
const perSecond = (spans: Span[]) => round((sumOf(spans, 'ended') * 1_000) / sumOf(spans, 'ms'));
const round = (value: number) => Number(value.toFixed(2));
